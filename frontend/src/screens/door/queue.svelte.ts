import type { DoorResult } from '../../backend/types';

/** One thing to note at the door. Its nonce is made once, so that noting it again is the same scan. */
export interface Passage {
  label: string;
  nonce: string;
  note: () => Promise<DoorResult | null>; // null: nothing was noted, a person must choose first
}

/** A passage that could not be noted, with the sentence that says why. */
export interface Missed extends Passage {
  why: string;
}

/**
 * Queue notes passages strictly one after the other: a scanner may be faster than the disk, and an
 * undo must meet the scan that it takes back. What fails is kept until someone decides.
 */
export class Queue {
  waiting = $state.raw<Passage[]>([]);
  missed = $state.raw<Missed[]>([]);
  private running: Promise<void> | null = null;

  constructor(
    private readonly shown: (result: DoorResult) => void,
    private readonly failed: (missed: Missed) => void,
    private readonly sentence: (error: unknown) => string,
  ) {}

  /** Puts a passage at the end; the promise settles when everything before it and itself are noted. */
  add(passage: Passage): Promise<void> {
    this.waiting = [...this.waiting, passage];
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  /** Settles once nothing waits any more. */
  settled(): Promise<void> {
    return this.running ?? Promise.resolve();
  }

  /** Notes a missed passage again, under its old nonce. */
  retry(nonce: string): Promise<void> {
    const found = this.missed.find((m) => m.nonce === nonce);
    if (!found) return Promise.resolve();
    this.drop(nonce);
    return this.add({ label: found.label, nonce, note: found.note });
  }

  /** Takes a missed passage off the list. */
  drop(nonce: string): void {
    this.missed = this.missed.filter((m) => m.nonce !== nonce);
  }

  private async run(): Promise<void> {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      await this.noteOne(next);
      this.waiting = this.waiting.slice(1);
    }
  }

  private async noteOne(passage: Passage): Promise<void> {
    try {
      const result = await passage.note();
      if (result) this.shown(result);
    } catch (error) {
      const missed = { ...passage, why: this.sentence(error) };
      this.missed = [...this.missed, missed];
      this.failed(missed);
    }
  }
}
