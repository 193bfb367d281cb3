/** The rows of a long list, of which only the stretches looked at are held. */

export interface Stretch<T> {
  rows: T[];
  offset: number;
  total: number;
}
export type Fetch<T> = (offset: number, limit: number) => Promise<Stretch<T>>;

/** Two screens full: what one answer carries is what a key press waits for. */
export const pageSize = 60;
const mostPages = 10; // of places chosen far apart, read again after a change

/**
 * Asks for pages as rows are looked at. The newest question wins: an answer to an older one is
 * dropped, and the rows shown stay until the new ones are there, so that nothing flickers.
 */
export class RowWindow<T> {
  total = $state(0);
  /** Grows when a new question was answered: the list goes to its top. */
  turnover = $state(0);
  /** False until the first answer. */
  loaded = $state(false);
  #pages = $state.raw<ReadonlyMap<number, T[]>>(new Map());
  #asked = new Set<number>();
  #generation = 0;
  #fresh = false;
  #newest: Promise<void> = Promise.resolve();
  #fetch: Fetch<T>;
  #failed: (thrown: unknown) => void;
  #keep: (change: () => void) => void;

  /** `keep` runs what replaces the rows, so that a selection can stay on the same ones. */
  constructor(
    fetch: Fetch<T>,
    failed: (thrown: unknown) => void = () => {},
    keep: (change: () => void) => void = (change) => change(),
  ) {
    this.#fetch = fetch;
    this.#failed = failed;
    this.#keep = keep;
  }

  /** What is known of each place; a row that is not held is a hole. */
  map<V>(of: (row: T) => V): V[] {
    const all: V[] = [];
    all.length = this.total;
    for (const [page, rows] of this.#pages)
      rows.forEach((row, at) => page * pageSize + at < this.total && (all[page * pageSize + at] = of(row)));
    return all;
  }

  /** The row at a place, or undefined while it is being read; looking asks for it. */
  row(at: number): T | undefined {
    const page = Math.floor(at / pageSize);
    const rows = this.#pages.get(page);
    if (!rows) queueMicrotask(() => void this.#want(page));
    return rows?.[at % pageSize];
  }

  /** The row when it is held, without asking. */
  held(at: number): T | undefined {
    return this.#pages.get(Math.floor(at / pageSize))?.[at % pageSize];
  }

  /** Where the row that fits stands, among those held. */
  find(fits: (row: T) => boolean): number {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex(fits);
      if (at >= 0) return page * pageSize + at;
    }
    return -1;
  }

  /** Asks a new question: the top of a new list. Done when the newest question was answered. */
  async restart(): Promise<void> {
    this.#fresh = true;
    await this.#ask([0]);
  }

  /** Asks the same question again after records changed; the pages near `at` stay in view, and those of a few more places. */
  async refresh(at = 0, also: readonly number[] = []): Promise<void> {
    const page = Math.max(0, Math.floor(at / pageSize));
    const more = [...new Set(also.map((one) => Math.floor(one / pageSize)))].slice(0, mostPages);
    const around = [...new Set([page - 1, page, page + 1, ...more])].filter((one) => this.#pages.has(one));
    await this.#ask(this.#fresh || around.length === 0 ? [0] : around);
  }

  async #ask(wanted: number[]): Promise<void> {
    let work = (this.#newest = this.#replace(wanted));
    await work;
    while (work !== this.#newest) await (work = this.#newest);
  }

  async #replace(wanted: number[]): Promise<void> {
    const generation = ++this.#generation;
    this.#asked = new Set(wanted);
    try {
      const answers = await Promise.all(wanted.map((page) => this.#fetch(page * pageSize, pageSize)));
      if (generation !== this.#generation) return;
      this.#keep(() => {
        this.#pages = new Map(wanted.map((page, at) => [page, answers[at]?.rows ?? []]));
        this.total = answers.at(-1)?.total ?? 0;
      });
      this.loaded = true;
      if (this.#fresh) this.turnover++;
      this.#fresh = false;
    } catch (thrown) {
      if (generation === this.#generation) this.#failed(thrown);
    }
  }

  async #want(page: number): Promise<void> {
    if (this.#asked.has(page) || page * pageSize >= this.total) return;
    this.#asked.add(page);
    const generation = this.#generation;
    try {
      const answer = await this.#fetch(page * pageSize, pageSize);
      if (generation !== this.#generation) return;
      this.#pages = new Map(this.#pages).set(page, answer.rows);
      this.total = answer.total;
    } catch (thrown) {
      this.#asked.delete(page);
      if (generation === this.#generation) this.#failed(thrown);
    }
  }

  /** The rows at these places, read where they are not held. */
  async rowsAt(places: number[]): Promise<T[]> {
    const pages = [...new Set(places.map((at) => Math.floor(at / pageSize)))];
    await Promise.all(pages.map((page) => this.#want(page)));
    return places.map((at) => this.held(at)).filter((row): row is T => row !== undefined);
  }
}
