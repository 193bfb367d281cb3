import type { Keep, Recent, Waiting } from './keep';
import type { DoorState, Pass, Passed, Wire } from './wire';

/** Told of each answer of the laptop to passes. */
export type Took = (state: DoorState, answers: Passed[]) => void;

const batch = 20; // passes of one request
const patience = 3; // answers that a pass was not taken, until a person is asked
const shown = 10; // of the last scans

/**
 * Outgoing holds the passes that the laptop has not taken. Each is on the phone's disk before anybody is told, is sent in its order under a
 * name of its own, and goes only when the laptop said that it has it: sent twice, it is the same one there.
 */
export class Outgoing {
  all = $state.raw<Waiting[]>([]);
  recent = $state.raw<Recent[]>([]);
  door = $state('');
  /** Those of this door that are sent by themselves. */
  readonly waiting = $derived(this.all.filter((one) => one.door === this.door && one.tries < patience));
  readonly stuck = $derived(this.all.filter((one) => one.door === this.door && one.tries >= patience));
  readonly elsewhere = $derived(this.all.filter((one) => one.door !== this.door));
  private readonly hopes = new Map<string, (answer: Passed) => void>();
  private running: Promise<void> | null = null;

  constructor(
    private readonly wire: Wire,
    private readonly keep: Keep,
    private readonly now: () => number,
  ) {}

  async load(): Promise<void> {
    this.all = await this.keep.waiting();
    this.recent = (await this.keep.get('recent')) ?? [];
  }

  /** Is over when the pass is on the disk, and fails when it could not be kept. */
  async add(pass: Pass, label: string): Promise<void> {
    const waiting: Waiting = { pass, door: this.door, label, order: this.next(), tries: 0 };
    await this.keep.add(waiting);
    this.all = [...this.all, waiting];
    this.remember({ nonce: pass.nonce, name: label, kind: pass.kind, at: pass.at, state: 'kept' });
  }

  /** The laptop's answer to a pass, whenever it comes. */
  answerTo(nonce: string): Promise<Passed> {
    return new Promise((resolve) => this.hopes.set(nonce, resolve));
  }

  /** Sends what waits, one request after the other. Fails when the laptop does not take requests. */
  send(took: Took): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve();
    this.running ??= this.run(took);
    return this.running;
  }

  /** Lets the laptop be asked again for what it did not take. */
  async retry(): Promise<void> {
    const again = this.stuck.map((one) => ({ ...one, tries: 0 }));
    for (const one of again) await this.keep.add(one);
    this.replace(again);
  }

  /** The last scans name people: they go with the list. */
  forget(): void {
    this.recent = [];
  }

  private async run(took: Took): Promise<void> {
    try {
      for (let good = true; good && this.waiting.length > 0;) {
        const some = this.waiting.slice(0, batch);
        const { passes, state } = await this.wire.passes(
          this.now(),
          some.map((one) => one.pass),
        );
        took(state, passes);
        await this.settle(some, passes);
        good = passes.every((one) => one.done); // what was not taken waits for the next look
      }
    } finally {
      this.running = null;
    }
  }

  private async settle(some: Waiting[], passes: Passed[]): Promise<void> {
    const gone = new Set(passes.filter((one) => one.done).map((one) => one.nonce));
    const left = some
      .filter((one) => !gone.has(one.pass.nonce))
      .map((one) => ({ ...one, tries: one.tries + 1 }));
    await this.keep.drop([...gone]);
    for (const one of left) await this.keep.add(one);
    this.all = this.all.filter((one) => !gone.has(one.pass.nonce));
    this.replace(left);
    for (const answer of passes) {
      this.became(answer);
      this.hopes.get(answer.nonce)?.(answer);
      this.hopes.delete(answer.nonce);
    }
  }

  private became(answer: Passed): void {
    const state = !answer.done ? 'stuck' : doubtful(answer) ? answer.tone : 'noted';
    const renew = (one: Recent): Recent => ({ ...one, state, name: answer.guest?.name ?? one.name });
    this.recent = this.recent.map((one) => (one.nonce === answer.nonce ? renew(one) : one));
    void this.keep.set('recent', this.recent).catch(() => undefined); // only a list to look at
  }

  private remember(one: Recent): void {
    this.recent = [one, ...this.recent].slice(0, shown);
    void this.keep.set('recent', this.recent).catch(() => undefined);
  }

  private replace(some: Waiting[]): void {
    const fresh = new Map(some.map((one) => [one.pass.nonce, one]));
    this.all = this.all.map((one) => fresh.get(one.pass.nonce) ?? one);
  }

  private next(): number {
    return Math.max(0, ...this.all.map((one) => one.order)) + 1;
  }
}

/** An answer that a person should look at. */
export function doubtful(answer: Passed): answer is Passed & { tone: 'look' | 'unknown' } {
  return answer.tone === 'look' || answer.tone === 'unknown';
}
