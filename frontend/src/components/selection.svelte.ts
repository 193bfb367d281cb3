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

  /**
   * Reads the rows anew by running `change`. Who was chosen stays chosen, wherever they stand then, and so does the
   * row under the cursor. When all of them are gone, the row that took the first one's place is chosen. `ids` gives
   * the id of each place, with holes for rows that are not held: those stay as long as the list is as long as before.
   */
  keep(ids: () => readonly (string | undefined)[], change: () => void): void {
    const before = ids();
    change();
    if (this.cursor < 0) return;
    const after = ids();
    const places = new Map<string, number>();
    after.forEach((id, at) => id !== undefined && places.set(id, at));
    const same = after.length === before.length;
    const now = (at: number): number => {
      const id = before[at];
      return id === undefined ? (same ? at : -1) : (places.get(id) ?? -1);
    };
    const first = this.places[0] ?? 0;
    const still = this.places.map(now).filter((at) => at >= 0);
    if (still.length === 0) return this.next(first, after.length);
    const [cursor, anchor] = [now(this.cursor), now(this.#anchor)];
    this.cursor = cursor >= 0 ? cursor : Math.min(...still);
    this.#anchor = anchor >= 0 ? anchor : this.cursor;
    this.#more = new Set(still);
  }

  /** The one row at a place, or the last of a list that became shorter. */
  next(at: number, total: number): void {
    if (total === 0) this.none();
    else this.only(Math.max(0, Math.min(at, total - 1)));
  }

  none(): void {
    this.cursor = -1;
    this.#anchor = 0;
    this.#more = new Set();
  }
}
