/** Asks how far a change of one meeting of a series goes: this one, this and all following, all. */

export type Reach = 'one' | 'following' | 'all';

export interface ReachQuestion {
  title: string;
  /** What is about to happen. */
  text: string;
  /** The meetings are cancelled, not changed. */
  cancel?: boolean;
}

export class Reaching {
  question = $state.raw<ReachQuestion | null>(null);
  private answered: ((reach: Reach | null) => void) | undefined;

  ask(question: ReachQuestion): Promise<Reach | null> {
    this.answer(null);
    this.question = question;
    return new Promise((resolve) => (this.answered = resolve));
  }

  /** Null leaves everything as it is. */
  answer(reach: Reach | null): void {
    this.question = null;
    this.answered?.(reach);
    this.answered = undefined;
  }
}
