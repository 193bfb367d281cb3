/** The status line: what was just done, with Undo beside it, or what went wrong and what to do. */
import { backend } from '../backend/backend';
import type { Written } from '../backend/types';
import { type Trouble, troubleOf } from '../errors';
import { t } from '../words/words.svelte';

export interface Message {
  id: number;
  text: string;
  severity: 'done' | Trouble['severity'];
  undo: boolean;
  retry?: () => void;
}

const shownFor = { done: 6000, note: 6000, wait: 10000, bad: 14000 };

class Status {
  message = $state<Message | null>(null);
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says what was done; `undo` puts the button beside it. */
  say(text: string, undo = false): void {
    this.#show({ id: ++this.#last, text, severity: 'done', undo });
  }

  /** Says what a person should know, though nothing went wrong now. */
  warn(text: string): void {
    this.#show({ id: ++this.#last, text, severity: 'wait', undo: false });
  }

  /** Says what went wrong. `retry` is offered where trying again makes sense. */
  trouble(thrown: unknown, retry?: () => void): Trouble {
    const trouble = troubleOf(thrown, t('error.unexpected'));
    const again = trouble.action === 'retry' ? retry : undefined;
    this.#show({
      id: ++this.#last,
      text: trouble.text,
      severity: trouble.severity,
      undo: false,
      retry: again,
    });
    return trouble;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.message = null;
  }

  /** Keeps the message while a pointer or the focus rests on it. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    if (this.message) this.#expire(this.message);
  }

  #show(message: Message): void {
    this.message = message;
    this.#expire(message);
  }

  #expire(message: Message): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), shownFor[message.severity]);
  }
}

export const status = new Status();

/** Runs a write: says what was done with Undo beside it, or says the trouble and answers null. */
export async function write(work: () => Promise<Written>): Promise<Written | null> {
  try {
    const done = await work();
    status.say(done.text || t('status.saved'), true);
    return done;
  } catch (thrown) {
    status.trouble(thrown, () => void write(work));
    return null;
  }
}

/** Runs a question; on trouble says it and answers null. */
export async function ask<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    status.trouble(thrown);
    return null;
  }
}

/** Takes back this window's last edit and says what. */
export async function undo(): Promise<void> {
  const undone = await ask(() => backend.session.Undo());
  if (undone) status.say(undone.text || t('undo.nothing'));
}
