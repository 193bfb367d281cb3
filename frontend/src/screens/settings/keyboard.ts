import { mod } from '../../app/frame.svelte';
import type { Key } from '../../words/words.svelte';

export interface Shortcut {
  keys: string[];
  does: Key;
}

/** Every key of the window, by where it works. */
export const keyboard: { where: Key; shortcuts: Shortcut[] }[] = [
  {
    where: 'settings.keyboard.everywhere',
    shortcuts: [
      { keys: [`${mod} K`], does: 'settings.key.find' },
      { keys: [`${mod} Z`], does: 'settings.key.undo' },
      { keys: ['Esc'], does: 'settings.key.back' },
    ],
  },
  {
    where: 'settings.keyboard.lists',
    shortcuts: [
      { keys: ['↑', '↓'], does: 'settings.key.move' },
      { keys: ['Enter'], does: 'settings.key.open' },
      { keys: ['E'], does: 'settings.key.edit' },
    ],
  },
  {
    where: 'settings.keyboard.month',
    shortcuts: [
      { keys: ['←', '↑', '→', '↓'], does: 'settings.key.day' },
      { keys: ['PgUp', 'PgDn'], does: 'settings.key.month' },
      { keys: ['Enter'], does: 'settings.key.open' },
    ],
  },
  {
    where: 'settings.keyboard.conflicts',
    shortcuts: [
      { keys: ['↑', '↓'], does: 'settings.key.move' },
      { keys: ['1', '2'], does: 'settings.key.keep' },
    ],
  },
  {
    where: 'settings.keyboard.incoming',
    shortcuts: [
      { keys: ['↑', '↓'], does: 'settings.key.move' },
      { keys: ['S'], does: 'settings.key.settle' },
    ],
  },
  {
    where: 'settings.keyboard.door',
    shortcuts: [
      { keys: ['F2'], does: 'settings.key.walkin' },
      { keys: ['F3'], does: 'settings.key.leaving' },
      { keys: [`${mod} Z`], does: 'settings.key.undo-scan' },
    ],
  },
];
