import { describe, expect, it } from 'vitest';
import { badgeCode, newNonce, Pace } from './code';

const id = 'mem_abcdefghij234567';

describe('a badge code', () => {
  it.each([
    ['as an id', id],
    ['as printed on a badge', `CARNET:${id}`],
    ['with both signs changed by a keyboard layout', id.replace('_', '?').replace(/^/, 'CARNET;')],
    ['in capitals, as some scanners send it', id.toUpperCase()],
    ['with the underscore lost to a keyboard layout', 'memabcdefghij234567'],
    ['with the underscore turned into another sign', 'mem?abcdefghij234567'],
    ['with spaces around it', ` ${id} `],
  ])('is known %s', (_, text) => expect(badgeCode(text)).toBe(id));

  it('is given as it was printed', () =>
    expect(badgeCode(' carnetbabcdefghij234567klmnopqrst ')).toBe('CARNETBABCDEFGHIJ234567KLMNOPQRST'));

  it.each([
    ['one letter short', id.slice(0, -1)],
    ['a name', 'Memphis Tremblay'],
    ['nothing', ''],
    ['a digit that ids never have', 'mem_abcdefghij234561'],
  ])('is not seen in %s', (_, text) => expect(badgeCode(text)).toBeNull());
});

describe('the pace of letters', () => {
  const paceOf = (letters: number, gap: number) => {
    const pace = new Pace();
    for (let i = 0; i < letters; i++) pace.letter(1000 + i * gap);
    return pace;
  };

  it('is a scanner’s when many letters come fast', () => expect(paceOf(12, 8).byScanner).toBe(true));
  it('is a hand’s when letters come slowly', () => expect(paceOf(12, 120).byScanner).toBe(false));
  it('is a hand’s when there are few letters', () => expect(paceOf(3, 5).byScanner).toBe(false));
  it('is a hand’s when one gap is long', () => {
    const pace = paceOf(10, 8);
    pace.letter(2000);
    expect(pace.byScanner).toBe(false);
  });
});

it('no two scans get the same nonce', () => {
  const many = new Set(Array.from({ length: 1000 }, newNonce));
  expect(many.size).toBe(1000);
});
