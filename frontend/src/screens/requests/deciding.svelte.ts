import { Selection } from '../../components/selection.svelte';
import type { Written } from '../../backend/types';

export type Status = 'approved' | 'declined' | 'asked' | 'waitlisted' | 'withdrawn';
/** Runs a write and tells the person how it went; null when it failed. */
export type Write = (work: () => Promise<Written>) => Promise<Written | null>;

/** A decision that needs a reason, while it is being written. */
export interface Asking {
  status: 'declined' | 'asked';
  names: string[];
  /** What the rule says of the first. */
  why: string;
  go: (reason: string) => Promise<boolean>;
}

/** What is said of everybody who can be decided on. */
interface Decided {
  name: string;
  verdict: string;
  why: string;
}

/** Deciding is a list of people to decide on: who is chosen, and the words that a refusal waits for. */
export abstract class Deciding<Row extends Decided> {
  readonly selection = new Selection();
  turnover = $state(0);
  asking = $state.raw<Asking | null>(null);
  private busy = false;

  protected constructor(private readonly put: Write) {}

  abstract readonly rows: Row[];
  protected abstract idOf(row: Row): string;
  abstract load(): Promise<void>;

  get total(): number {
    return this.rows.length;
  }

  row(at: number): Row | undefined {
    return this.rows[at];
  }

  get chosen(): Row[] {
    return this.selection.places.map((at) => this.row(at)).filter((row): row is Row => !!row);
  }

  /** Puts newly read rows in place; who is chosen stays chosen. */
  protected show(change: () => void): void {
    this.selection.keep(() => this.rows.map((row) => this.idOf(row)), change);
    if (this.selection.cursor < 0) this.selection.next(0, this.total);
  }

  /** Runs a decision with its reason: at once, or when the person has written why. True when it was done at once. */
  protected async reasoned(
    rows: Row[],
    status: Status,
    work: (reason: string) => Promise<Written>,
  ): Promise<boolean> {
    if (status !== 'declined' && status !== 'asked') return this.once(() => work(''), true);
    const [first] = rows;
    this.asking = {
      status,
      names: rows.map((row) => row.name),
      why: first && first.verdict !== 'eligible' ? first.why : '',
      go: (reason) => this.once(() => work(reason), true),
    };
    return false;
  }

  /**
   * One write at a time: a key held down must not decide who moves up. After a decision the cursor stays at its
   * place, so that the next one is under it.
   */
  protected async once(work: () => Promise<Written>, decides = false): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const place = this.selection.places[0] ?? 0;
    const done = await this.put(work);
    if (done) {
      await this.load();
      if (decides) this.selection.next(place, this.total);
    }
    this.busy = false;
    return done !== null;
  }
}
