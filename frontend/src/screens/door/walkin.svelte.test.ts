import { expect, it, vi } from 'vitest';
import type { CommunityPage } from '../../backend/types';
import { WalkIn, type CommunityCalls } from './walkin.svelte';

const page = (...names: string[]) =>
  ({ rows: names.map((name) => ({ id: name.toLowerCase(), name })) }) as unknown as CommunityPage;
const withCommunities = (answer: CommunityCalls['Communities']) => new WalkIn({ Communities: answer });

it('completes a community and keeps its id until the text changes', async () => {
  const form = withCommunities(async () => page('Gatineau', 'Gaspé'));
  await form.search('ga');
  form.move(1);
  expect(form.take()).toBe(true);
  expect([form.text, form.community]).toEqual(['Gaspé', 'gaspé']);
  expect(form.take()).toBe(false);
  await form.search('Gasp');
  expect(form.community).toBe('');
});

it('goes on without a community when none can be read', async () => {
  const form = withCommunities(() => Promise.reject('closed'));
  await form.search('ga');
  expect(form.hits).toEqual([]);
});

it('asks for nothing while the field is empty', async () => {
  const Communities = vi.fn(async () => page());
  await withCommunities(Communities).search('  ');
  expect(Communities).not.toHaveBeenCalled();
});

it.each([
  ['', 'need-name'],
  ['Madonna', 'need-name'],
  ['Élise Tremblay', ''],
  ['  Jean  Guy Roy ', ''],
])('the name “%s” needs %s', (name, error) => {
  const form = withCommunities(async () => page());
  form.name = name;
  form.ready();
  expect(form.error).toBe(error);
});

it('takes an address that is one, or none', () => {
  const form = withCommunities(async () => page());
  form.name = 'Noor Okafor';
  const said = (email: string) => {
    form.email = email;
    return [form.ready(), form.addressError];
  };
  expect(said('')).toEqual([true, '']);
  expect(said(' noor@example.org ')).toEqual([true, '']);
  expect(said('noor@example')).toEqual([false, 'bad-email']);
  expect(said('noor example.org')).toEqual([false, 'bad-email']);
  form.email = ' noor@example.org ';
  expect(form.arrival).toEqual({ name: 'Noor Okafor', community: '', role: '', email: 'noor@example.org' });
});
