/** Which rows of a list are chosen: one under the cursor, or several with Shift and Ctrl. */
export class Selection {
  /** The row that keys act on; -1 is none. */
  cursor = $state(-1);
  #anchor = $state(0);
  #more = $state.raw<ReadonlySet<number>>(new Set());

  has(at: number): boolean {
    return at === this.cursor || this.#more.has(at);
  }

  get size(): number {
    return this.places.length;
  }

  /** The places chosen, in order. */
  get places(): number[] {
    const all = new Set(this.#more);
    if (this.cursor >= 0) all.add(this.cursor);
    return [...all].sort((a, b) => a - b);
  }

  only(at: number): void {
    this.cursor = at;
    this.#anchor = at;
    this.#more = new Set();
  }

  /** Everything from where the choosing began up to here, as with Shift. */
  reach(at: number): void {
    const from = Math.min(Math.max(this.#anchor, 0), at);
    const to = Math.max(this.#anchor, at);
    this.#more = new Set(Array.from({ length: to - from + 1 }, (_, step) => from + step));
    this.cursor = at;
  }

  /** One more or one less, as with Ctrl. */
  toggle(at: number): void {
    const more = new Set(this.places);
    const out = more.has(at) && more.size > 1;
    if (out) more.delete(at);
    else more.add(at);
    this.cursor = out ? (more.values().next().value ?? at) : at;
    this.#anchor = at;
    this.#more = more;
  }

  none(): void {
    this.cursor = -1;
    this.#anchor = 0;
    this.#more = new Set();
  }
}
