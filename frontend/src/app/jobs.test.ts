import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend, Events } from '../backend/backend';
import { use } from '../backend/backend';
import type { Job } from '../backend/types';
import { jobs } from './jobs.svelte';

let tell: Events['job'] = () => {};
const stored = new Map<string, Job>();
const job = (id: string, change: Partial<Job>): Job => ({
  ...{ id, title: 'Import', done: 0, total: 10, state: 'running', result: '' },
  ...change,
});

beforeEach(() => {
  vi.useFakeTimers();
  stored.clear();
  use({
    session: { Job: async (id: string) => stored.get(id), Cancel: async () => {} },
    on: (_event: string, heard: Events['job']) => {
      tell = heard;
      return () => {};
    },
  } as unknown as Backend);
});

describe('long work', () => {
  it('gives its result when it is done', async () => {
    stored.set('1', job('1', {}));
    jobs.listen();
    const result = jobs.follow<{ created: number }>('1');
    await vi.advanceTimersByTimeAsync(10);
    tell(job('1', { state: 'done', result: '{"created":3}' }));
    expect(await result).toEqual({ created: 3 });
  });

  it('that ended before anyone listened is not waited for', async () => {
    stored.set('2', job('2', { state: 'done', result: '[]' }));
    expect(await jobs.follow('2')).toEqual([]);
  });

  it('is shown only when it takes longer than half a second', async () => {
    stored.set('3', job('3', {}));
    const result = jobs.follow('3');
    await vi.advanceTimersByTimeAsync(400);
    expect(jobs.shown).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(jobs.shown.map((one) => one.id)).toEqual(['3']);
    tell(job('3', { done: 5 }));
    expect(jobs.shown[0]?.done).toBe(5);
    tell(job('3', { state: 'done', result: 'null' }));
    await result;
    expect(jobs.shown).toEqual([]);
  });

  it('that fails or is cancelled rejects with the sentence', async () => {
    const error = { code: 'cancelled', text: 'Stopped, as you asked.' };
    stored.set('4', job('4', { state: 'cancelled', error }));
    await expect(jobs.follow('4')).rejects.toBe(JSON.stringify(error));
  });
});
