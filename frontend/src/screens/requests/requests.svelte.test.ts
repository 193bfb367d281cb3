import { describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { RequestDetail, RequestRow, Written } from '../../backend/types';
import { RequestsScreen } from './requests.svelte';

const row = (id: string, verdict = 'eligible', status = 'open') =>
  ({ id, name: `Name ${id}`, verdict, why: 'Role: Staff', status }) as RequestRow;

function screenWith(rows: RequestRow[]) {
  const calls = {
    Requests: vi.fn(async () => rows),
    Targets: async () => [],
    Request: async (id: string) =>
      ({ row: row(id), candidates: [{ member: 'mem_1' }, { member: 'mem_2' }] }) as RequestDetail,
    DecideRequests: vi.fn(async () => ({ id: '', text: 'done' })),
    MatchRequest: vi.fn(async () => ({ id: '', text: 'done' })),
    DismissRequests: vi.fn(async () => ({ id: '', text: 'done' })),
  };
  const write = (work: () => Promise<Written>) => work();
  return { calls, screen: new RequestsScreen(calls as unknown as Backend['requests'], write, vi.fn()) };
}

/** A screen whose first rows are chosen. */
async function deciding(rows: RequestRow[], many = 1) {
  const made = screenWith(rows);
  await made.screen.load();
  made.screen.selection.only(0);
  made.screen.selection.reach(many - 1);
  return made;
}

describe('a decision', () => {
  it('is made at once where it needs no words', async () => {
    const { screen, calls } = await deciding([row('a'), row('b')], 2);
    expect(await screen.decide('approved')).toBe(true);
    expect(calls.DecideRequests).toHaveBeenCalledWith(['a', 'b'], 'approved', '', false);
  });

  it('asks for the reason of a refusal, and offers what the rule says', async () => {
    const { screen, calls } = await deciding([row('a', 'not-eligible')]);
    expect(await screen.decide('declined')).toBe(false);
    expect(screen.asking).toMatchObject({ status: 'declined', names: ['Name a'], why: 'Role: Staff' });
    await screen.asking?.go('For elected members');
    expect(calls.DecideRequests).toHaveBeenCalledWith(['a'], 'declined', 'For elected members', false);
  });

  it('passes over what is decided already, and a second press while one is written', async () => {
    const { screen, calls } = await deciding([row('a', 'eligible', 'done'), row('b')]);
    expect(await screen.decide('approved')).toBe(false);
    screen.selection.only(1);
    await Promise.all([screen.decide('approved'), screen.decide('approved')]);
    expect(calls.DecideRequests).toHaveBeenCalledTimes(1);
  });

  it('leaves the cursor at its place, on who comes next', async () => {
    const { screen, calls } = await deciding([row('a'), row('b'), row('c'), row('d')], 2);
    screen.selection.only(1);
    screen.selection.reach(2);
    calls.Requests.mockResolvedValue([row('a'), row('d')]);
    await screen.decide('approved');
    expect(screen.chosen.map((one) => one.id)).toEqual(['d']);
  });

  it('that asks back leaves one chosen, though all are still there', async () => {
    const { screen } = await deciding([row('a'), row('b'), row('c')], 3);
    await screen.decide('asked');
    await screen.asking?.go('Which office?');
    expect(screen.selection.places).toEqual([0]);
  });
});

describe('after a change elsewhere', () => {
  it('the same people stay chosen, and the same one open', async () => {
    const { screen, calls } = await deciding([row('a'), row('b'), row('c')], 2);
    calls.Requests.mockResolvedValue([row('new'), row('a'), row('b'), row('c')]);
    await screen.refresh();
    expect(screen.chosen.map((one) => one.id)).toEqual(['a', 'b']);
    expect(screen.detail?.row.id).toBe('b');
  });

  it('a pane that was closed stays closed, until the cursor moves', async () => {
    const { screen } = await deciding([row('a'), row('b')]);
    await screen.refresh();
    screen.close();
    await screen.refresh();
    expect(screen.detail).toBeNull();
    await screen.openAt(1);
    expect(screen.detail?.row.id).toBe('b');
  });
});

it('number keys say who it is, and 0 that it is somebody new', async () => {
  const { screen, calls } = screenWith([]);
  expect(screen.choose(1)).toBe(false);
  await screen.open('a');
  expect(screen.choose(3)).toBe(false);
  expect(screen.choose(2)).toBe(true);
  expect(calls.MatchRequest).toHaveBeenCalledWith('a', 'mem_2');
  await vi.waitFor(() => expect(screen.choose(0)).toBe(true));
});
