import { expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { RegistrationRow, RegistrationView } from '../../backend/types';
import { RegistrationsScreen } from './registrations.svelte';

const row = (member: string, status: string) => ({ member, status, name: member }) as RegistrationRow;

function screenWith(places: number, free: number, sure = true) {
  const view = {
    rows: [row('a', 'approved'), row('b', 'waitlisted'), row('c', 'waitlisted')],
    state: { places, free, taken: 1, waiting: 2 },
  } as RegistrationView;
  const DecideRegistrations = vi.fn(async () => ({ id: '', text: '' }));
  const calls = {
    Registrations: async () => ({ ...view }),
    DecideRegistrations,
  } as unknown as Backend['requests'];
  const over = vi.fn(async () => sure);
  const screen = new RegistrationsScreen('mtg_1', calls, (work) => work(), vi.fn(), over);
  return { screen, view, over, DecideRegistrations };
}

it('counts the states, and shows one of them', async () => {
  const { screen } = screenWith(0, -1);
  await screen.load();
  expect(screen.counts).toEqual({ approved: 1, waitlisted: 2 });
  screen.only = 'waitlisted';
  expect(screen.rows.map((one) => one.member)).toEqual(['b', 'c']);
});

it('offers as many as wait and have a place', async () => {
  const some = screenWith(3, 1).screen;
  await some.load();
  expect(some.promotable).toBe(1);
});

it.each([
  [true, 1],
  [false, 0],
])('asks before more are let in than there are places: %s', async (sure, times) => {
  const { screen, over, DecideRegistrations } = screenWith(1, 0, sure);
  await screen.load();
  screen.selection.only(0);
  screen.selection.reach(1);
  await screen.decide('approved');
  expect(over).toHaveBeenCalledWith(expect.anything(), 1);
  expect(DecideRegistrations).toHaveBeenCalledTimes(times);
  if (sure) expect(DecideRegistrations).toHaveBeenCalledWith('mtg_1', ['b'], 'approved', '', true);
});

it('keeps who is chosen when others register meanwhile, and one filter begins at its top', async () => {
  const { screen, view } = screenWith(0, -1);
  await screen.load();
  screen.selection.only(1);
  screen.selection.reach(2);
  view.rows = [row('new', 'requested'), ...view.rows];
  await screen.load();
  expect(screen.chosen.map((one) => one.member)).toEqual(['b', 'c']);
  screen.filter('approved');
  expect(screen.chosen.map((one) => one.member)).toEqual(['a']);
});
