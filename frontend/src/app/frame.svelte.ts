/** What screens may ask of the frame around them. */
import { type Component, flushSync } from 'svelte';

/** An action that the palette lists and a key may call. */
export interface Command {
  id: string;
  title: string;
  icon?: Component;
  keys?: string;
  run: () => void;
}

class Frame {
  /** True while a screen wants the whole window, as the door does. */
  bare = $state(false);
  palette = $state(false);
  /** Actions of the screen that is shown. */
  commands = $state.raw<Command[]>([]);

  /**
   * Opens the palette before the key that asked for it is over: its field has the focus at once, so that the
   * next letter is the field's, however fast it comes, and never the screen's behind.
   */
  openPalette(): void {
    flushSync(() => (this.palette = true));
  }

  /** Lists a screen's actions while it is shown: call in an $effect and return what it gives. */
  offer(commands: Command[]): () => void {
    this.commands = commands;
    return () => {
      if (this.commands === commands) this.commands = [];
    };
  }
}

export const frame = new Frame();

/** Ctrl on most machines, Cmd on a Mac. */
export const onMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);
export const mod = onMac ? '⌘' : 'Ctrl';

export function withMod(event: KeyboardEvent): boolean {
  return (onMac ? event.metaKey : event.ctrlKey) && !event.altKey;
}

/** Whether letters typed now belong to a field. */
export function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
