import { describe, expect, it, vi } from 'vitest';
import type { RemoteView } from '../../backend/types';
import { RemoteForm, type RemoteCalls } from './remote.svelte';

const view = { kind: 's3', endpoint: 'storage.example.org', bucket: 'b', hasCredentials: true } as RemoteView;
const formWith = (calls: Partial<RemoteCalls> = {}) =>
  new RemoteForm({
    TestRemote: async () => ({ ok: true, code: '', text: 'It answers.' }),
    SetRemote: async () => view,
    ...calls,
  } as RemoteCalls);

describe('what a place lacks', () => {
  it.each([
    [{ kind: 'none' }, ''],
    [{ kind: 'folder' }, 'need-folder'],
    [{ kind: 'folder', folder: '/media/stick' }, ''],
    [{ kind: 's3' }, 'need-endpoint'],
    [{ kind: 's3', endpoint: 'storage.example.org' }, 'need-bucket'],
  ] as const)('%o: “%s”', (change, wrong) => {
    const form = Object.assign(formWith(), change);
    form.check();
    expect(form.wrong).toBe(wrong);
  });
});

it('a chosen folder is taken, and a changed mind leaves what was typed', async () => {
  const paths = ['/media/stick', ''];
  const form = formWith({ FindLent: vi.fn(async () => []), ChooseFolder: async () => paths.shift() ?? '' });
  expect(await form.chooseFolder()).toBe(true);
  expect(form.folder).toBe('/media/stick');
  expect(await form.chooseFolder()).toBe(false);
  expect(form.folder).toBe('/media/stick');
});

it('the verdict of a try holds only while the form says what was tried', async () => {
  const form = Object.assign(formWith(), { kind: 'folder', folder: '/media/stick' });
  await form.test(String);
  expect(form.verdict?.ok).toBe(true);
  form.folder = '/elsewhere';
  expect(form.verdict).toBeNull();
});

it('a try that Go refuses is a verdict too', async () => {
  const form = Object.assign(formWith({ TestRemote: () => Promise.reject('no') }), {
    kind: 'folder',
    folder: 'x',
  });
  await form.test(() => 'Sentence.');
  expect(form.verdict).toMatchObject({ ok: false, text: 'Sentence.' });
  expect(form.busy).toBe('');
});

it('keys are forgotten by the window as soon as they are saved', async () => {
  const form = Object.assign(formWith(), {
    kind: 's3',
    endpoint: 'e',
    bucket: 'b',
    access: 'A',
    secret: 'S',
  });
  expect(form.fields()).toMatchObject({ access: 'A', secret: 'S' });
  await form.save();
  expect([form.access, form.secret, form.hasCredentials]).toEqual(['', '', true]);
});

it('a failed save can be tried again', async () => {
  const SetRemote = vi.fn(() => Promise.reject('disk full'));
  const form = formWith({ SetRemote });
  await expect(form.save()).rejects.toBe('disk full');
  expect(form.busy).toBe('');
});
