import { describe, expect, it, vi } from 'vitest';
import type { Start } from '../../backend/types';
import { FirstRun } from './first-run.svelte';

const ready = { state: 'ready' } as Start;
function firstRun(change: Partial<FirstRun> = {}) {
  const calls = {
    Create: vi.fn(async () => ready),
    Accept: vi.fn(async () => ready),
    Regain: vi.fn(async () => ready),
  };
  const first = Object.assign(new FirstRun(calls, String), change);
  return { first, calls };
}
const filled = { name: 'Réseau', office: 'Montréal', coordinator: 'G. Gagnon' };

describe('creating a network', () => {
  it.each([
    [{ name: ' ' }, 'need-name'],
    [{ office: '' }, 'need-office'],
    [{ coordinator: '' }, 'need-you'],
    [{ protect: true, passphrase: 'short' }, 'passphrase.short'],
    [{ protect: true, passphrase: 'long enough', again: 'other' }, 'passphrase.differ'],
  ])('with %o stops at “%s” and asks Go for nothing', async (change, wrong) => {
    const { first, calls } = firstRun({ ...filled, ...change });
    await first.create();
    expect(first.wrong).toBe(wrong);
    expect(calls.Create).not.toHaveBeenCalled();
  });

  it('goes on to the bucket, and forgets the passphrase', async () => {
    const { first, calls } = firstRun({
      ...filled,
      protect: true,
      passphrase: 'four long words',
      again: 'four long words',
    });
    await first.create();
    expect(calls.Create).toHaveBeenCalledWith({ ...filled, passphrase: 'four long words' });
    expect([first.step, first.passphrase, first.again]).toEqual(['bucket', '', '']);
  });

  it('uses no passphrase that was typed and then unchosen', async () => {
    const { first, calls } = firstRun({ ...filled, protect: false, passphrase: 'left over' });
    await first.create();
    expect(calls.Create).toHaveBeenCalledWith({ ...filled, passphrase: '' });
  });

  it('that fails says why and keeps what was typed', async () => {
    const { first, calls } = firstRun(filled);
    calls.Create.mockRejectedValueOnce('disk full');
    await first.create();
    expect([first.trouble, first.step, first.name]).toEqual(['disk full', 'choose', 'Réseau']);
    expect(first.busy).toBe(false);
  });
});

describe('accepting an invitation', () => {
  it('needs a file', async () => {
    const { first, calls } = firstRun();
    expect(await first.accept()).toBeNull();
    expect(first.wrong).toBe('need-file');
    expect(calls.Accept).not.toHaveBeenCalled();
  });

  it('hands over the file with its words', async () => {
    const { first, calls } = firstRun({ words: ' one two ' });
    await first.take({ name: 'x.carnet', size: 9, text: async () => '{"v":1}' });
    expect(await first.accept()).toBe(ready);
    expect(calls.Accept).toHaveBeenCalledWith('{"v":1}', 'one two', '', '');
  });

  it('does not read a file of another size', async () => {
    const text = vi.fn(async () => '');
    const { first } = firstRun();
    expect(await first.take({ name: 'film', size: 5e9, text })).toBe(false);
    expect(text).not.toHaveBeenCalled();
  });
});
