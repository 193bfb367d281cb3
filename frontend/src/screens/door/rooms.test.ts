import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DoorResult, DoorRoom, DoorState } from '../../backend/types';
import { Door, type DoorCalls } from './door.svelte';
import { sessionOf } from './rooms';

const room = (meeting: string, name: string, when: 'over' | 'now' | 'soon' | 'later'): DoorRoom => ({
  ...{ meeting, name, title: `title of ${meeting}`, time: '10:30' },
  ...{ over: when === 'over', now: when === 'now', soon: when === 'soon' },
});
const noted = (station: string, inRoom: string) => ({ station, room: inRoom, noted: `${station}${inRoom}` });

/** A door of the forum "f" whose rooms and seat a test changes as it goes. */
function doorOf(rooms: DoorRoom[], seat = noted('', '')) {
  const at = { rooms, seat, left: '' };
  const memory = new Map<string, string>([['door.meeting', 'f']]);
  const state = (meeting: string) =>
    ({
      meeting,
      rooms: at.rooms,
      stations: ['A', 'B'],
      last: [],
      practice: meeting === at.left,
    }) as unknown as DoorState;
  const Scan = vi.fn(
    async (meeting: string) => ({ tone: 'in', state: state(meeting) }) as unknown as DoorResult,
  );
  const ended = vi.fn(async (meeting: string) => {
    at.left = '';
    return { text: '', state: state(meeting) };
  });
  const calls = {
    EndPractice: ended,
    Open: async (meeting: string) => state(meeting),
    Seat: async () => at.seat,
    Scan,
  };
  const place = {
    remember: (name: string, value: string) => void memory.set(name, value),
    remembered: (name: string) => memory.get(name) ?? '',
    sentence: String,
    sound: () => {},
  };
  const open = () => new Door(calls as unknown as DoorCalls, place);
  return { at, memory, Scan, ended, open };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('a door that was noted when the forum was prepared', () => {
  const rooms = [room('c1', 'C', 'over'), room('c2', 'C', 'now'), room('d1', 'D', 'later')];

  it('begins there, at the session that is on', async () => {
    const { at, memory, open } = doorOf(rooms, noted('B', 'C'));
    memory.set('door.station', 'A');
    memory.set('door.room', 'd1');
    const door = open();
    await door.lookAtStations();
    expect([door.station, door.room]).toEqual(['B', 'c2']);
    at.seat = noted('B', 'nowhere');
    await door.lookAtStations();
    expect(door.room).toBe('');
  });

  it('is no longer asked once somebody opened another one, until it is noted anew', async () => {
    const { at, open } = doorOf(rooms, noted('B', 'C'));
    const first = open();
    await first.lookAtStations();
    first.station = 'A';
    first.room = 'd1';
    await first.open();
    const second = open();
    await second.lookAtStations();
    expect([second.station, second.room]).toEqual(['A', 'd1']);
    at.seat = noted('C', 'C');
    const third = open();
    await third.lookAtStations();
    expect([third.station, third.room]).toEqual(['C', 'c2']);
  });

  it('stands at the session of its room that is on when the one of before is over, or gone', async () => {
    const { at, memory, open } = doorOf(rooms, noted('B', 'C'));
    memory.set('door.seat', 'f BC');
    for (const stood of ['c1', 'yesterday']) {
      memory.set('door.room', stood);
      const door = open();
      await door.lookAtStations();
      expect(door.room).toBe('c2');
    }
    memory.set('door.room', '');
    const door = open();
    await door.lookAtStations();
    expect(door.room).toBe(''); // the forum's own door was chosen
    at.rooms = [];
    memory.set('door.room', 'c1');
    const none = open();
    await none.lookAtStations();
    expect(none.room).toBe('');
  });
});

it('a room whose sessions are all over is opened at its last', () => {
  expect(sessionOf([room('c1', 'C', 'over'), room('c2', 'C', 'over')], 'C')).toBe('c2');
  expect(sessionOf([room('c1', 'C', 'over'), room('c2', 'C', 'later')], 'C')).toBe('c2');
});

describe("a room's door", () => {
  const before = [room('c1', 'C', 'now'), room('c2', 'C', 'later'), room('d1', 'D', 'soon')];
  const after = [room('c1', 'C', 'over'), room('c2', 'C', 'soon'), room('d1', 'D', 'now')];
  async function opened() {
    const it = doorOf(before);
    const door = it.open();
    door.room = 'c1';
    await door.open();
    expect(door.turn).toBeNull();
    it.at.rooms = after;
    return { ...it, door };
  }

  it('goes on to the next session of that room, says so, and remembers it', async () => {
    const { door, memory, Scan } = await opened();
    await door.refresh();
    expect([door.room, door.view?.meeting, door.turn?.to.meeting]).toEqual(['c2', 'c2', 'c2']);
    expect(memory.get('door.room')).toBe('c2');
    await door.scan('x');
    expect(Scan.mock.lastCall?.[0]).toBe('c2');
    vi.advanceTimersByTime(11 * 60_000);
    await door.refresh();
    expect(door.turn).toBeNull();
  });

  it('stays when told to, and goes on after all', async () => {
    const { door } = await opened();
    await door.refresh();
    await door.turnBack();
    await door.refresh();
    expect([door.room, door.turn?.stays]).toEqual(['c1', true]);
    await door.turnBack();
    expect([door.room, door.turn?.stays]).toEqual(['c2', false]);
  });

  it('never goes on in the middle of a scan, of a visitor, or of departures', async () => {
    const { door } = await opened();
    door.type('mari', 0);
    await door.refresh();
    expect(door.room).toBe('c1');
    door.back();
    door.busy = true;
    await door.refresh();
    expect(door.room).toBe('c1');
    door.busy = false;
    door.leaving = true;
    await door.refresh();
    expect(door.room).toBe('c1');
    door.leaving = false;
    await door.refresh();
    expect(door.room).toBe('c2');
  });

  it('that waits for an answer of the laptop goes on after it', async () => {
    const { door, Scan } = await opened();
    let answer = () => {};
    Scan.mockImplementationOnce(
      (meeting) =>
        new Promise((done) => (answer = () => done({ tone: 'in', state: { meeting } } as DoorResult))),
    );
    const scan = door.scan('x');
    const looked = door.refresh(); // waits for the answer itself
    await vi.advanceTimersByTimeAsync(100);
    expect(door.room).toBe('c1');
    answer();
    await scan;
    await looked;
    expect([door.room, Scan.mock.lastCall?.[0]]).toEqual(['c2', 'c1']);
  });

  it('ends a rehearsal that was left at the next session, as what passes there counts', async () => {
    const { door, at, ended } = await opened();
    at.left = 'c2';
    await door.refresh();
    expect([door.room, ended.mock.lastCall?.[0], door.view?.practice]).toEqual(['c2', 'c2', false]);
  });

  it('stays where it is when the laptop does not answer', async () => {
    const { door, at } = await opened();
    at.rooms = undefined as unknown as DoorRoom[];
    await door.refresh();
    expect(door.room).toBe('c1');
    expect(door.error).not.toBe('');
  });
});
