/** The decisions that requests and registrations have in common: their letters, and how menus and feet offer them. */
import type { Action } from '../../components/Menu.svelte';
import { t } from '../../words/words.svelte';
import type { Status } from './deciding.svelte';

const offered = [
  ['a', 'approved', 'approve'],
  ['d', 'declined', 'decline'],
  ['q', 'asked', 'ask'],
  ['w', 'waitlisted', 'waitlist'],
] as const;

/** The decision that a letter means. */
export const decisionOf = (letter: string): Status | undefined =>
  offered.find(([key]) => key === letter)?.[1];

export const decisionActions = (decide: (to: Status) => void): Action[] =>
  offered.map(([key, to, word]) => ({
    id: word,
    title: t(`registration.do.${word}`),
    keys: key.toUpperCase(),
    run: () => decide(to),
  }));

export const decisionHints = (): { keys: string[]; text: string }[] =>
  offered.map(([key, , word]) => ({ keys: [key.toUpperCase()], text: t(`registration.keys.${word}`) }));
