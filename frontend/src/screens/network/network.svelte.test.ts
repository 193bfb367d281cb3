import { expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { LaptopRow, NetworkView } from '../../backend/types';
import { InviteForm, NetworkScreen } from './network.svelte';

const laptop = (device: string, state = 'active') => ({ device, state }) as LaptopRow;
const view = { laptops: [laptop('a'), laptop('b'), laptop('c', 'revoked'), laptop('d')] } as NetworkView;

it('a revocation names how many other laptops get a new key', async () => {
  const screen = new NetworkScreen({ View: async () => view } as unknown as Backend['network'], vi.fn());
  await screen.load();
  expect(screen.othersOf(view.laptops[1]!)).toBe(2);
});

it('what fails is said, and the screen keeps what it showed', async () => {
  const trouble = vi.fn();
  const calls = {
    View: async () => view,
    Dismiss: () => Promise.reject('no'),
  } as unknown as Backend['network'];
  const screen = new NetworkScreen(calls, trouble);
  await screen.load();
  expect(await screen.dismiss('key')).toBe(false);
  expect(trouble).toHaveBeenCalledWith('no');
  expect(screen.view).toBe(view);
});

it('a second exchange is not started while one runs', async () => {
  const SyncNow = vi.fn(async () => ({}));
  const screen = new NetworkScreen(
    { View: async () => view, SyncNow } as unknown as Backend['network'],
    vi.fn(),
  );
  await Promise.all([screen.syncNow(), screen.syncNow()]);
  expect(SyncNow).toHaveBeenCalledTimes(1);
  expect(screen.syncing).toBe(false);
});

it.each([
  ['', 'Toronto', 'need-name'],
  ['A. Roy', ' ', 'need-office'],
  ['A. Roy', 'Toronto', ''],
])('an invitation for “%s” of “%s” lacks “%s”', (coordinator, office, wrong) => {
  const form = Object.assign(new InviteForm({ Invite: vi.fn() }), { coordinator, office });
  form.check();
  expect(form.wrong).toBe(wrong);
});

it('an invitation that could not be made keeps what was typed', async () => {
  const form = Object.assign(new InviteForm({ Invite: () => Promise.reject('no') }), {
    coordinator: 'A. Roy',
    office: 'Toronto',
  });
  await expect(form.make()).rejects.toBe('no');
  expect([form.coordinator, form.busy, form.made]).toEqual(['A. Roy', false, null]);
});
