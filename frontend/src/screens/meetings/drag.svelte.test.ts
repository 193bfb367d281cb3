import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DayDrag, type Pointer } from './drag.svelte';

const at = (x: number, pointerType = 'mouse', more: Partial<Pointer> = {}): Pointer => ({
  pointerId: 1,
  pointerType,
  clientX: x,
  clientY: 0,
  button: 0,
  ...more,
});

function dragging() {
  const drop = vi.fn();
  // Every hundred pixels is a day.
  const drag = new DayDrag((x) => (x < 0 ? '' : `2026-12-0${Math.floor(x / 100) + 1}`), drop);
  drag.down('mtg_1', '2026-12-01', at(10));
  return { drag, drop };
}

describe('a meeting under the pointer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is carried once a mouse has moved a little, and put where it is let go of', () => {
    const { drag, drop } = dragging();
    drag.move(at(13));
    expect(drag.id).toBe('');
    drag.move(at(250));
    expect([drag.id, drag.over]).toEqual(['mtg_1', '2026-12-03']);
    drag.up(at(250));
    expect(drop).toHaveBeenCalledWith('mtg_1', '2026-12-03');
    expect([drag.id, drag.over, drag.ended]).toEqual(['', '', true]);
  });

  it('stays when it is let go of on its own day, or beside the month', () => {
    const { drag, drop } = dragging();
    drag.move(at(90));
    drag.up(at(90));
    drag.down('mtg_1', '2026-12-01', at(10));
    drag.move(at(-50));
    drag.up(at(-50));
    expect(drop).not.toHaveBeenCalled();
  });

  it('is clicked when nothing moved', () => {
    const { drag, drop } = dragging();
    drag.up(at(10));
    expect([drag.ended, drop.mock.calls.length]).toEqual([false, 0]);
  });

  it('follows a finger only after it rested; a swipe scrolls', () => {
    const { drag, drop } = dragging();
    drag.down('mtg_1', '2026-12-01', at(10, 'touch'));
    drag.move(at(60, 'touch'));
    vi.advanceTimersByTime(1000);
    expect(drag.id).toBe('');
    drag.down('mtg_1', '2026-12-01', at(10, 'touch'));
    vi.advanceTimersByTime(400);
    expect(drag.id).toBe('mtg_1');
    drag.move(at(150, 'touch'));
    drag.up(at(150, 'touch'));
    expect(drop).toHaveBeenCalledWith('mtg_1', '2026-12-02');
  });

  it('goes back when it is left, and knows no second finger nor the right button', () => {
    const { drag, drop } = dragging();
    drag.move(at(150));
    drag.leave();
    drag.up(at(150));
    drag.down('mtg_1', '2026-12-01', at(10, 'mouse', { button: 2 }));
    drag.move(at(150));
    expect(drag.id).toBe('');
    drag.down('mtg_1', '2026-12-01', at(10));
    drag.move(at(150, 'mouse', { pointerId: 2 }));
    drag.up(at(150, 'mouse', { pointerId: 2 }));
    expect([drag.id, drop.mock.calls.length]).toEqual(['', 0]);
  });
});
