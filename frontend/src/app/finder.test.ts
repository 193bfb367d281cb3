import { describe, expect, it } from 'vitest';
import { fold, matches } from './finder-words';

describe('the palette', () => {
  it('finds words by their beginnings, without case and accents', () => {
    expect(matches('Élise Tremblay', 'eli trem')).toEqual([
      { from: 0, to: 3 },
      { from: 6, to: 10 },
    ]);
    expect(matches('Sept-Îles', 'iles')).toEqual([{ from: 5, to: 9 }]);
    expect(matches('Bélisle', 'lis')).toBeNull();
  });

  it('takes every letter as itself', () => {
    for (const text of ['(', '[a', '.*', '\\', '^$', 'a-b', '/', '}']) {
      expect(() => matches('anything (at) all', text)).not.toThrow();
    }
    expect(matches('a.b', 'x.b')).toBeNull();
  });

  it('lists everything for no letters', () => {
    expect(matches('Today', '')).toEqual([]);
  });

  it('folds letter by letter, so that marks stay in place', () => {
    for (const text of ['Élise', 'ᐄᓕᓯ', 'Straße', 'Œuvre', 'e\u0301lan', '🙂 ok']) {
      expect(fold(text)).toHaveLength(text.length);
    }
  });
});
