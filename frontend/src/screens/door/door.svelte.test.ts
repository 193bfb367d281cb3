import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DoorHit, DoorResult, DoorState } from '../../backend/types';
import { Door, toneOf, type DoorCalls } from './door.svelte';

const id = 'mem_abcdefghij234567';
const view = { present: 0, last: [], stations: [], rooms: [] } as unknown as DoorState;
const answer = (name: string, tone = 'in'): DoorResult =>
  ({ tone, name, title: '', line: '', why: '', scan: '', state: view }) as DoorResult;
const hit = (member: string, name: string) => ({ member, name }) as DoorHit;

function doorWith(calls: Partial<DoorCalls>) {
  const memory = new Map<string, string>([['door.meeting', 'mtg_1']]);
  const sounds: string[] = [];
  const door = new Door(
    {
      Meetings: async () => [],
      Open: async () => view,
      Seat: async () => ({ station: '', room: '', noted: '' }),
      Type: async () => [],
      Scan: async (_m, _s, code) => answer(code),
      WalkIn: async (_m, _s, who) => answer(who.name),
      Rehearse: async () => ({ ...view, practice: true }) as DoorState,
      EndPractice: async () => ({ scans: 2, text: '2 thrown away', state: view }),
      UndoLast: async () => answer('undone'),
      UndoScan: async () => answer('undone'),
      ...calls,
    } as DoorCalls,
    {
      remember: (name, value) => void memory.set(name, value),
      remembered: (name) => memory.get(name) ?? '',
      sentence: String,
      sound: (tone) => void sounds.push(tone),
    },
  );
  return { door, memory, sounds };
}

/** Types as a scanner (8 ms) or a hand (150 ms) does. */
function type(door: Door, text: string, gap: number) {
  for (let i = 1; i <= text.length; i++) door.type(text.slice(0, i), 5000 + i * gap);
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const settle = () => vi.runAllTimersAsync();

describe('a scanner', () => {
  it('is noted without Enter once the code is complete, and the field is free at once', async () => {
    const Scan = vi.fn(async () => answer('Élise'));
    const { door } = doorWith({ Scan });
    type(door, id, 8);
    expect(door.text).toBe('');
    await settle();
    expect(Scan).toHaveBeenCalledWith('mtg_1', '', id, 'in', expect.any(String));
    expect(door.result?.name).toBe('Élise');
  });

  it('that ends with Enter is noted once', async () => {
    const Scan = vi.fn(async () => answer('Élise'));
    const { door } = doorWith({ Scan });
    type(door, id, 8);
    door.submit();
    await settle();
    expect(Scan).toHaveBeenCalledTimes(1);
  });

  it('with a code of another make is passed on as it is', async () => {
    const Scan = vi.fn(async () => answer('', 'unknown'));
    const { door } = doorWith({ Scan });
    type(door, 'X-100-2000', 8);
    door.submit();
    await settle();
    expect(Scan).toHaveBeenCalledWith('mtg_1', '', 'X-100-2000', 'in', expect.any(String));
  });

  it('faster than the answers loses nobody and keeps the order', async () => {
    const noted: string[] = [];
    const Scan: DoorCalls['Scan'] = async (_m, _s, code) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      noted.push(code);
      return answer(code);
    };
    const { door } = doorWith({ Scan });
    const codes = ['a', 'b', 'c', 'd', 'e'].map((letter) => `mem_${letter.repeat(16)}`);
    for (const code of codes) type(door, code, 8);
    expect(door.queue.waiting).toHaveLength(5);
    await settle();
    expect(noted).toEqual(codes);
    expect(door.queue.waiting).toHaveLength(0);
  });
});

describe('what surrounds the result', () => {
  it('is not asked for while somebody passes, and once afterwards for all that moved', async () => {
    const Open = vi.fn(async () => view);
    const Scan: DoorCalls['Scan'] = async (_m, _s, code) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return answer(code);
    };
    const { door } = doorWith({ Open, Scan });
    for (const letter of 'abc') type(door, `mem_${letter.repeat(16)}`, 8);
    for (let moved = 0; moved < 20; moved++) void door.refresh();
    await vi.advanceTimersByTimeAsync(299);
    expect(Open).not.toHaveBeenCalled();
    await settle();
    expect(door.result?.name).toBe(`mem_${'c'.repeat(16)}`);
    expect(Open).toHaveBeenCalledTimes(1);
    await door.refresh();
    expect(Open).toHaveBeenCalledTimes(2);
  });
});

describe('letters', () => {
  it('find people, arrows choose, Enter lets in the chosen one', async () => {
    const Scan = vi.fn(async () => answer('Éliane'));
    const Type = vi.fn(async () => [hit('m1', 'Élise'), hit('m2', 'Éliane')]);
    const { door } = doorWith({ Scan, Type });
    type(door, 'eli', 150);
    await settle();
    door.move(1);
    door.submit();
    await settle();
    expect(Scan).toHaveBeenCalledWith('mtg_1', '', 'm2', 'in', expect.any(String));
  });

  it('followed by a very quick Enter wait for the list when it has several people', async () => {
    const Scan = vi.fn(async () => answer('x'));
    const Type = async () => [hit('m1', 'Élise'), hit('m2', 'Éliane')];
    const { door } = doorWith({ Scan, Type });
    type(door, 'eli', 150);
    door.submit();
    await settle();
    expect(Scan).not.toHaveBeenCalled();
    expect(door.text).toBe('eli');
    expect(door.hits).toHaveLength(2);
  });

  it('followed by a very quick Enter let in the only person they fit', async () => {
    const Scan = vi.fn(async () => answer('x'));
    const { door } = doorWith({ Scan, Type: async () => [hit('m1', 'Élise')] });
    type(door, 'eli', 150);
    door.submit();
    await settle();
    expect(Scan).toHaveBeenCalledWith('mtg_1', '', 'm1', 'in', expect.any(String));
  });

  it('show the newest answer when an older one comes late', async () => {
    const Type: DoorCalls['Type'] = async (_m, text) => {
      await new Promise((resolve) => setTimeout(resolve, text === 'el' ? 500 : 10));
      return [hit(text, text)];
    };
    const { door } = doorWith({ Type });
    door.type('el', 0);
    await vi.advanceTimersByTimeAsync(100);
    door.type('eli', 100);
    await settle();
    expect(door.hits[0]?.name).toBe('eli');
  });
});

describe('leaving mode', () => {
  it('notes departures until it is left, and Escape leaves it', async () => {
    const Scan = vi.fn(async () => answer('x', 'out'));
    const { door } = doorWith({ Scan });
    door.leaving = true;
    type(door, id, 8);
    await settle();
    expect(Scan).toHaveBeenLastCalledWith('mtg_1', '', id, 'out', expect.any(String));
    door.back();
    expect(door.leaving).toBe(false);
  });
});

describe('a passage that fails', () => {
  it('is kept, and tried again under the same nonce', async () => {
    const nonces: string[] = [];
    let down = true;
    const Scan: DoorCalls['Scan'] = async (_m, _s, _c, _d, nonce) => {
      nonces.push(nonce);
      if (down) throw 'disk full';
      return answer('Élise');
    };
    const { door, sounds } = doorWith({ Scan });
    type(door, id, 8);
    await settle();
    expect(door.failure?.why).toBe('disk full');
    expect(sounds).toEqual(['unknown']);
    down = false;
    await door.queue.retry(nonces[0]!);
    expect(nonces[1]).toBe(nonces[0]);
    expect(door.failure).toBeNull();
    expect(door.queue.missed).toHaveLength(0);
  });
});

it('an undo waits for the scans before it', async () => {
  const done: string[] = [];
  const { door } = doorWith({
    Scan: async (_m, _s, code) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      done.push('scan');
      return answer(code);
    },
    UndoLast: async () => {
      done.push('undo');
      return answer('x');
    },
  });
  type(door, id, 8);
  void door.undoLast();
  await settle();
  expect(done).toEqual(['scan', 'undo']);
});

it('the meeting and the door are remembered', async () => {
  const { door, memory } = doorWith({});
  door.station = ' A ';
  await door.open();
  expect(memory.get('door.station')).toBe('A');
  expect(memory.get('door.meeting')).toBe('mtg_1');
});

describe('a rehearsal', () => {
  it('is opened instead of the door, says what was thrown away, and ends with the door', async () => {
    const Open = vi.fn(async () => view);
    const { door } = doorWith({ Open });
    await door.open(true);
    expect(door.view?.practice).toBe(true);
    expect(Open).not.toHaveBeenCalled();
    await door.endPractice();
    expect(door.view?.practice).toBeFalsy();
    expect(door.told).toBe('2 thrown away');
    await door.open(true);
    door.close();
    await settle();
    expect([door.view, door.told]).toEqual([null, '2 thrown away']);
  });

  it('that was left unended is over when the door is opened for real', async () => {
    const EndPractice = vi.fn(async () => ({ scans: 0, text: '', state: view }));
    const { door } = doorWith({ Open: async () => ({ ...view, practice: true }) as DoorState, EndPractice });
    await door.open();
    expect(EndPractice).toHaveBeenCalledWith('mtg_1', '');
    expect(door.view?.practice).toBeFalsy();
  });

  it('ends only after the scans that wait', async () => {
    const done: string[] = [];
    const { door } = doorWith({
      Scan: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        done.push('scan');
        return answer('x');
      },
      EndPractice: async () => {
        done.push('end');
        return { scans: 1, text: '', state: view };
      },
    });
    await door.open(true);
    type(door, id, 8);
    void door.endPractice();
    await settle();
    expect(done).toEqual(['scan', 'end']);
  });
});

describe('a room', () => {
  const rooms = [{ meeting: 'mtg_c', name: 'C', title: '', time: '', now: true }];

  it('is where scans are noted once it is chosen, and is remembered', async () => {
    const Scan = vi.fn(async () => answer('x'));
    const { door, memory } = doorWith({
      Scan,
      Open: async () => ({ ...view, rooms }) as unknown as DoorState,
    });
    await door.lookAtStations();
    expect(door.roomsOf('mtg_1')).toHaveLength(1);
    door.room = 'mtg_c';
    await door.open();
    type(door, id, 8);
    await settle();
    expect(Scan).toHaveBeenCalledWith('mtg_c', '', id, 'in', expect.any(String));
    expect(memory.get('door.room')).toBe('mtg_c');
  });

  it('of another meeting is forgotten', async () => {
    const { door } = doorWith({});
    door.room = 'mtg_elsewhere';
    await door.lookAtStations();
    expect(door.room).toBe('');
  });
});

it('an unknown tone asks for a look', () => {
  expect(['in', 'out', 'unknown', 'look', 'new'].map(toneOf)).toEqual([
    'in',
    'out',
    'unknown',
    'look',
    'look',
  ]);
});

describe('a door that is closed', () => {
  it('stays so when what was asked before is answered', async () => {
    const answers: (() => void)[] = [];
    const wait = <T>(value: T) => new Promise<T>((resolve) => void answers.push(() => resolve(value)));
    const { door } = doorWith({ Open: () => wait(view), Scan: () => wait(answer('Élise')) });
    const opening = door.open();
    answers.shift()?.();
    await opening;
    expect(door.view).not.toBeNull();
    void door.refresh();
    void door.scan(id);
    door.close();
    answers.forEach((now) => now());
    await settle();
    expect(door.view).toBeNull();
  });
});
