import { expect, it } from 'vitest';
import { sameWord } from './lock';

it.each([
  ['Ouvrir', 'ouvrir', true],
  ['  Elise   tremblay ', 'Élise Tremblay', true],
  ['ouvri', 'ouvrir', false],
  ['', '', false],
])('“%s” for “%s” is %s', (typed, word, same) => expect(sameWord(typed, word)).toBe(same));
