import { expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { AfterRow, AfterView, NoteRow } from '../../backend/types';
import { AfterScreen, asTable, settling } from './after.svelte';

const note = (id: string, code = 'two_doors', settled = '') => ({ id, code, kind: code, settled }) as NoteRow;
const person = (member: string, name: string, marks: string[] = []) =>
  ({ member, name, community: 'Saint-Lin–Laurentides', marks }) as AfterRow;

function screenWith(notes: NoteRow[], people: AfterRow[] = []) {
  const held = { notes: [...notes] };
  const calls = {
    View: vi.fn(async () => ({ notes: held.notes, waiting: 1 }) as AfterView),
    People: vi.fn(async () => [...people]),
    Settle: vi.fn(async (_of: string, ids: string[], as: string) => {
      held.notes = held.notes.map((one) => (ids.includes(one.id) ? { ...one, settled: as } : one));
      return { id: '', text: '' };
    }),
  } as unknown as Backend['after'];
  const screen = new AfterScreen('mtg_1', calls, (work) => work(), vi.fn());
  return { screen, calls };
}

it('shows what waits, and after one key the next note is under the cursor', async () => {
  const { screen, calls } = screenWith([
    note('a'),
    note('b'),
    note('c', 'not_eligible'),
    note('d', 'two_doors', 'seen'),
  ]);
  await screen.load();
  expect(screen.notes.rows.map((row) => row.id)).toEqual(['a', 'b', 'c']);
  await screen.notes.settle(settling['r'] ?? '');
  expect(calls.Settle).toHaveBeenCalledWith('mtg_1', ['a'], 'right');
  expect(screen.notes.rows.map((row) => row.id)).toEqual(['b', 'c']);
  expect(screen.notes.row(screen.notes.selection.cursor)?.id).toBe('b');
});

it('settles all notes of one kind together', async () => {
  const { screen, calls } = screenWith([note('a'), note('b', 'not_eligible'), note('c')]);
  await screen.load();
  expect(screen.notes.kinds.map((kind) => [kind.value, kind.detail])).toEqual([
    ['two_doors', '2'],
    ['not_eligible', '1'],
  ]);
  screen.notes.filter(false, 'two_doors');
  screen.notes.chooseAll();
  await screen.notes.settle('seen');
  expect(calls.Settle).toHaveBeenCalledWith('mtg_1', ['a', 'c'], 'seen');
  expect(screen.notes.total).toBe(0);
});

it('keeps settled notes in sight where all are shown, moves on, and opens them again', async () => {
  const { screen, calls } = screenWith([note('a'), note('b')]);
  await screen.load();
  screen.notes.filter(true, '');
  await screen.notes.settle('wrong');
  expect(screen.notes.total).toBe(2);
  expect(screen.notes.selection.cursor).toBe(1);
  screen.notes.selection.only(0);
  await screen.notes.settle('');
  expect(calls.Settle).toHaveBeenLastCalledWith('mtg_1', ['a'], '');
});

it('reads people only when they are looked at, and finds them without their accents', async () => {
  const { screen, calls } = screenWith(
    [],
    [person('m1', 'Élise Tremblay', ['late']), person('m2', 'Ann McElroy')],
  );
  await screen.load();
  expect(calls.People).not.toHaveBeenCalled();
  await screen.show('people');
  screen.list.narrow(() => (screen.list.text = 'elise'));
  expect(screen.list.rows.map((row) => row.member)).toEqual(['m1']);
  screen.list.narrow(() => ([screen.list.text, screen.list.mark] = ['', 'late']));
  expect(screen.list.total).toBe(1);
});

it('narrows five thousand people within a frame', async () => {
  const many = Array.from({ length: 5000 }, (_, at) => person(`m${at}`, `Person ${at}`));
  const { screen } = screenWith([], many);
  await screen.show('people');
  void screen.list.total; // the letters are folded once
  const began = performance.now();
  screen.list.narrow(() => (screen.list.text = '4999'));
  expect(screen.list.total).toBe(1);
  expect(performance.now() - began).toBeLessThan(50);
});

it('gives tables to the clipboard with tabs, and no line break within a row', () => {
  expect(
    asTable([
      ['a\tb', 1],
      ['c\nd', 2],
    ]),
  ).toBe('a b\t1\nc d\t2');
});
