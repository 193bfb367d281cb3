import { describe, expect, it } from 'vitest';
import { pieces } from './marks';

const written = (text: string, ...marks: [number, number][]) =>
  pieces(
    text,
    marks.map(([from, to]) => ({ from, to })),
  )
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join('');

describe('marks', () => {
  it('cut a text where letters were found', () => {
    expect(written('Élise Tremblay', [0, 3])).toBe('[Éli]se Tremblay');
    expect(written('Bélisle', [1, 5])).toBe('B[élis]le');
  });

  it('may come in any order, touch and overlap', () => {
    expect(written('abcdef', [3, 5], [0, 2])).toBe('[ab]c[de]f');
    expect(written('abcdef', [0, 3], [2, 5])).toBe('[abc][de]f');
  });

  it('beyond the text, empty or reversed do no harm', () => {
    expect(written('abc', [2, 9], [1, 1], [5, 7], [3, 1])).toBe('ab[c]');
    expect(written('', [0, 1])).toBe('');
  });

  it('count as UTF-16 does, also with syllabics', () => {
    expect(written('ᐄᓕᓯ Elisi', [0, 2])).toBe('[ᐄᓕ]ᓯ Elisi');
  });
});
