import { describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { MeetingDetail, MeetingRow } from '../../backend/types';
import { MeetingsScreen } from './meetings.svelte';

const row = (id: string, day: string, past: boolean) => ({ id, day, past }) as MeetingRow;
const some = [
  row('a', '2026-09-01', true),
  row('b', '2026-11-02', true),
  row('c', '2026-12-01', false),
  row('d', '', false),
];

function screenWith(meetings: Partial<Backend['meetings']>, remembered: Record<string, string> = {}) {
  const calls = {
    meetings: { Meetings: async () => some, Zones: async () => [], ...meetings },
    people: { Chapters: async () => [] },
  } as unknown as Backend;
  const trouble = vi.fn();
  const remember = vi.fn();
  const screen = new MeetingsScreen(calls, {
    preference: (name, otherwise = '') => remembered[name] ?? otherwise,
    remember,
    trouble,
  });
  return { screen, trouble, remember };
}

describe('the list', () => {
  it.each([
    ['coming', ['c', 'd']],
    ['past', ['b', 'a']],
    ['all', ['a', 'b', 'c', 'd']],
  ] as const)('of %s meetings stands in its own order', async (when, ids) => {
    const { screen } = screenWith({});
    await screen.load();
    screen.choose(when);
    expect(screen.rows.map((one) => one.id)).toEqual(ids);
  });

  it('shows the answer to the newest question', async () => {
    const answers: ((rows: MeetingRow[]) => void)[] = [];
    const { screen } = screenWith({ Meetings: () => new Promise((resolve) => answers.push(resolve)) });
    const both = [screen.load(), screen.load()];
    answers[1]!([row('new', '', false)]);
    answers[0]!([row('old', '', false)]);
    await Promise.all(both);
    expect(screen.all[0]?.id).toBe('new');
  });

  it('says what went wrong and keeps its rows', async () => {
    const { screen, trouble } = screenWith({});
    await screen.load();
    const broken = screenWith({ Meetings: () => Promise.reject('no') });
    await broken.screen.load();
    expect(broken.trouble).toHaveBeenCalledWith('no');
    expect(trouble).not.toHaveBeenCalled();
  });
});

it('list or month, and which time, are remembered', () => {
  const { screen, remember } = screenWith({}, { 'meetings.view': 'month', 'meetings.when': 'past' });
  expect([screen.view, screen.when]).toEqual(['month', 'past']);
  screen.show('list');
  expect(remember).toHaveBeenCalledWith('meetings.view', 'list');
});

it('the month shows the meetings of its days and of its neighbours', async () => {
  const { screen } = screenWith({});
  await screen.load();
  screen.day = '2026-11-15';
  expect(screen.on('2026-11-02').map((one) => one.id)).toEqual(['b']);
  expect(screen.on('2026-12-01').map((one) => one.id)).toEqual(['c']);
  expect(screen.on('2026-09-01')).toEqual([]);
});

it('the pane shows the meeting asked for last', async () => {
  const waiting = new Map<string, (detail: MeetingDetail) => void>();
  const { screen } = screenWith({ Meeting: (id) => new Promise((resolve) => waiting.set(id, resolve)) });
  const first = screen.open('a');
  const second = screen.open('b');
  waiting.get('b')!({ row: row('b', '', false) } as MeetingDetail);
  waiting.get('a')!({ row: row('a', '', false) } as MeetingDetail);
  await Promise.all([first, second]);
  expect(screen.detail?.row.id).toBe('b');
});
