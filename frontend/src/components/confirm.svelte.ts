/** Asks before a dangerous thing, saying in numbers what will happen. Everything else is done at once, with undo. */

export interface Question {
  title: string;
  /** What will happen, in numbers. */
  consequences: string[];
  /** The words of the button that does it, as "Revoke this laptop". */
  action: string;
  danger?: boolean;
}

class Confirm {
  question = $state.raw<Question | null>(null);
  #answer: ((yes: boolean) => void) | undefined;

  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer?.(yes);
    this.#answer = undefined;
  }
}

const confirm = new Confirm();
export const confirmation = confirm;

/** True when the person went on. */
export const confirmed = (question: Question): Promise<boolean> => confirm.ask(question);
