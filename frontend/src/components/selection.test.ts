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

  describe('of rows that are read again', () => {
    const read = (selection: Selection, before: (string | undefined)[], after: (string | undefined)[]) => {
      let rows = before;
      selection.keep(
        () => rows,
        () => (rows = after),
      );
    };

    it('stays on the same people when others come and go around them', () => {
      const selection = new Selection();
      selection.only(1);
      selection.reach(3);
      read(selection, ['a', 'b', 'c', 'd', 'e'], ['new', 'b', 'c', 'between', 'd', 'e']);
      expect(selection.places).toEqual([1, 2, 4]);
      expect(selection.cursor).toBe(4);
    });

    it('loses only who is gone, and reaches on from where it began', () => {
      const selection = new Selection();
      selection.only(1);
      selection.reach(2);
      read(selection, ['a', 'b', 'c', 'd'], ['x', 'a', 'b', 'd']);
      expect(selection.places).toEqual([2]);
      selection.reach(3);
      expect(selection.places).toEqual([2, 3]);
    });

    it('goes to who took the first place when all of them are gone, and to nobody in an empty list', () => {
      const selection = new Selection();
      selection.only(1);
      selection.reach(2);
      read(selection, ['a', 'b', 'c', 'd'], ['a', 'd']);
      expect(selection.places).toEqual([1]);
      read(selection, ['a', 'd'], ['a']);
      expect(selection.places).toEqual([0]);
      read(selection, ['a'], []);
      expect(selection.cursor).toBe(-1);
    });

    it('keeps places of rows that are not held only while the list is as long', () => {
      const selection = new Selection();
      selection.only(0);
      selection.reach(2);
      read(selection, ['a', undefined, 'c'], ['c', undefined, 'a']);
      expect(selection.places).toEqual([0, 1, 2]);
      read(selection, ['c', undefined, 'a'], ['a', 'new', undefined, 'c']);
      expect(selection.places).toEqual([0, 3]);
    });
  });
});
