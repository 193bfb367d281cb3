import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '../backend/backend';
import { use } from '../backend/backend';
import { status, undo, write } from './status.svelte';

const refusal = '{"code":"bad_email","text":"“x” is not an e-mail address."}';

beforeEach(() => {
  vi.useFakeTimers();
  status.clear();
});

describe('the status line', () => {
  it('says what was written, with undo beside it', async () => {
    const written = await write(async () => ({ id: 'm1', text: 'Saved. Phone is new.' }));
    expect(written?.id).toBe('m1');
    expect(status.message).toMatchObject({ text: 'Saved. Phone is new.', undo: true, severity: 'done' });
  });

  it('says what was refused, in the sentence that came, and gives null', async () => {
    expect(await write(() => Promise.reject(refusal))).toBeNull();
    expect(status.message).toMatchObject({
      text: '“x” is not an e-mail address.',
      severity: 'bad',
      undo: false,
    });
  });

  it('offers to try again only where that makes sense', async () => {
    await write(() => Promise.reject('{"code":"timeout","text":"Too long."}'));
    expect(status.message?.retry).toBeTypeOf('function');
    await write(() => Promise.reject(refusal));
    expect(status.message?.retry).toBeUndefined();
  });

  it('goes away by itself, but not while someone rests on it', async () => {
    status.say('Saved.');
    status.hold();
    vi.advanceTimersByTime(60_000);
    expect(status.message?.text).toBe('Saved.');
    status.release();
    vi.advanceTimersByTime(60_000);
    expect(status.message).toBeNull();
  });

  it('says what was undone', async () => {
    const session = { Undo: async () => ({ any: true, text: 'Undone: Élise is as before.' }) };
    use({ session } as unknown as Backend);
    await undo();
    expect(status.message?.text).toBe('Undone: Élise is as before.');
  });
});
