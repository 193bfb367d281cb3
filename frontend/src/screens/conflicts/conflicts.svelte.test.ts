import { describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { ConflictRow, Written } from '../../backend/types';
import { ConflictsScreen, type Write } from './conflicts.svelte';

const row = (id: string, deleted = false) =>
  ({
    id,
    deleted,
    values: [
      { text: 'one', mine: true, device: 'a' },
      { text: 'two', device: 'b', who: 'G. Gagnon' },
    ],
  }) as unknown as ConflictRow;
const done: Written = { id: '', text: '' };

async function screenOf(rows: ConflictRow[], write: Write = (work) => work()) {
  const people = {
    Conflicts: vi.fn(async () => rows),
    Settle: vi.fn(async () => done),
    SettleWith: vi.fn(async () => done),
    SettleAll: vi.fn(async () => done),
    SettleSome: vi.fn(async () => done),
  };
  const screen = new ConflictsScreen(people as unknown as Backend['people'], write, vi.fn());
  await screen.load();
  return { screen, people };
}

describe('a number key', () => {
  it('keeps that value of the focused card', async () => {
    const { screen, people } = await screenOf([row('a'), row('b')]);
    screen.move(1);
    expect(screen.press(2)).toBe(true);
    expect(people.Settle).toHaveBeenCalledWith('b', 1);
  });

  it('after the last value writes another, beginning with the first', async () => {
    const { screen } = await screenOf([row('a')]);
    expect(screen.press(3)).toBe(true);
    expect([screen.writing, screen.draft]).toEqual(['a', 'one']);
  });

  it('writes no third value where a record was deleted', async () => {
    const { screen } = await screenOf([row('a', true)]);
    expect(screen.press(3)).toBe(false);
  });

  it('beyond that means nothing, and nothing at all without conflicts', async () => {
    expect((await screenOf([row('a')])).screen.press(4)).toBe(false);
    expect((await screenOf([])).screen.press(1)).toBe(false);
  });

  it('held down settles one card only', async () => {
    const { screen, people } = await screenOf([row('a'), row('b')]);
    screen.press(1);
    screen.press(1);
    expect(people.Settle).toHaveBeenCalledTimes(1);
  });
});

it('the focus stops at the ends', async () => {
  const { screen } = await screenOf([row('a'), row('b')]);
  screen.move(-1);
  expect(screen.focused).toBe(0);
  screen.move(5);
  expect(screen.focused).toBe(1);
});

it('a third value that could not be written keeps its text', async () => {
  const { screen } = await screenOf([row('a')], async () => null);
  screen.begin(screen.rows[0]!);
  screen.draft = 'third';
  await screen.settleWith(screen.rows[0]!);
  expect([screen.writing, screen.draft]).toEqual(['a', 'third']);
});

it('a rule for all is used after a yes only', async () => {
  const { screen, people } = await screenOf([row('a')]);
  screen.asking = 'newest';
  expect(people.SettleAll).not.toHaveBeenCalled();
  await screen.settleAll();
  expect(people.SettleAll).toHaveBeenCalledWith('newest');
  expect(screen.asking).toBe('');
});

it('selected conflicts are settled together, by an author among them', async () => {
  const { screen, people } = await screenOf([row('a'), row('b'), row('c')]);
  screen.turn();
  screen.pick('c', true);
  expect([screen.chosenMine, screen.authors]).toEqual([true, [{ device: 'b', who: 'G. Gagnon' }]]);
  await screen.settleSome('author', 'b');
  expect(people.SettleSome).toHaveBeenCalledWith(['a', 'c'], 'author', 'b');
  screen.turn();
  expect(screen.picked).toEqual(['c']);
});

it('what is settled is selected no more', async () => {
  const rows = [row('a'), row('b')];
  const { screen } = await screenOf(rows);
  screen.pickAll(true);
  rows.pop();
  await screen.load();
  expect(screen.picked).toEqual(['a']);
});

it('the focus stays on its card when others come above it', async () => {
  const { screen, people } = await screenOf([row('a'), row('b')]);
  screen.move(1);
  people.Conflicts.mockResolvedValue([row('new'), row('a'), row('b')]);
  await screen.load();
  expect(screen.rows[screen.focused]?.id).toBe('b');
});
