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

describe('a decision', () => {
  it('is made at once where it needs no words', async () => {
    const { screen, calls } = screenWith([row('a'), row('b')]);
    expect(await screen.decide([row('a'), row('b')], 'approved')).toBe(true);
    expect(calls.DecideRequests).toHaveBeenCalledWith(['a', 'b'], 'approved', '', false);
  });

  it('asks for the reason of a refusal, and offers what the rule says', async () => {
    const { screen, calls } = screenWith([row('a', 'not-eligible')]);
    expect(await screen.decide([row('a', 'not-eligible')], 'declined')).toBe(false);
    expect(screen.asking).toMatchObject({ status: 'declined', names: ['Name a'], why: 'Role: Staff' });
    await screen.asking?.go('For elected members');
    expect(calls.DecideRequests).toHaveBeenCalledWith(['a'], 'declined', 'For elected members', false);
  });

  it('passes over what is decided already, and a second press while one is written', async () => {
    const { screen, calls } = screenWith([]);
    expect(await screen.decide([row('a', 'eligible', 'done')], 'approved')).toBe(false);
    const both = [screen.decide([row('a')], 'approved'), screen.decide([row('b')], 'approved')];
    await Promise.all(both);
    expect(calls.DecideRequests).toHaveBeenCalledTimes(1);
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
