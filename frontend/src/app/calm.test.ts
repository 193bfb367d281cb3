import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Calm } from './calm';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('calm', () => {
  it('does the work soon after the first request, once for all that come meanwhile', async () => {
    const work = vi.fn(async () => {});
    const calm = new Calm(work, 60, 300);
    for (let n = 0; n < 10; n++) calm.ask();
    await after(59);
    expect(work).not.toHaveBeenCalled();
    await after(1);
    expect(work).toHaveBeenCalledTimes(1);
    await after(5000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('rests between, however often it is asked', async () => {
    const work = vi.fn(async () => {});
    const calm = new Calm(work, 60, 300);
    for (let ms = 0; ms < 3000; ms += 10) {
      calm.ask();
      await after(10);
    }
    expect(work.mock.calls.length).toBeGreaterThan(7);
    expect(work.mock.calls.length).toBeLessThanOrEqual(10);
  });

  it('does it once more when something came while it was under way, and never twice at once', async () => {
    let under = 0;
    let most = 0;
    const work = vi.fn(async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      under--;
    });
    const calm = new Calm(work, 60, 300);
    calm.ask();
    await after(500);
    calm.ask();
    calm.ask();
    await after(10_000);
    expect(work).toHaveBeenCalledTimes(2);
    expect(most).toBe(1);
  });

  it('goes on after work that failed', async () => {
    const work = vi.fn(async () => Promise.reject(new Error('no')));
    const calm = new Calm(work, 60, 300);
    calm.ask();
    await after(100);
    calm.ask();
    await after(400);
    expect(work).toHaveBeenCalledTimes(2);
  });
});
