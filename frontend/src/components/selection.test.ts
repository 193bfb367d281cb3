import { describe, expect, it } from 'vitest';
import { Selection } from './selection.svelte';

describe('a selection', () => {
  it('is one row, until Shift reaches to another', () => {
    const selection = new Selection();
    selection.only(3);
    expect(selection.places).toEqual([3]);
    selection.reach(6);
    expect(selection.places).toEqual([3, 4, 5, 6]);
    selection.reach(1);
    expect(selection.places).toEqual([1, 2, 3]);
    expect(selection.cursor).toBe(1);
  });

  it('takes single rows in and out with Ctrl, and never becomes empty by it', () => {
    const selection = new Selection();
    selection.only(2);
    selection.toggle(9);
    expect(selection.places).toEqual([2, 9]);
    selection.toggle(9);
    expect(selection.places).toEqual([2]);
    selection.toggle(2);
    expect(selection.places).toEqual([2]);
  });

  it('of nothing has no cursor', () => {
    const selection = new Selection();
    selection.only(4);
    selection.none();
    expect(selection.places).toEqual([]);
    expect(selection.cursor).toBe(-1);
  });
});
