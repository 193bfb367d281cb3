import type { DoorRoom, DoorSeat, DoorState } from '../../backend/types';
import type { DoorPlace } from './door.svelte';

/** How a room's door went from one session to the next. */
export interface Turn {
  from: DoorRoom;
  to: DoorRoom;
  /** Somebody had it stay with the first. */
  stays: boolean;
  at: number; // milliseconds
}

const shownFor = 10 * 60_000; // a turn that nobody took back is no news any more

/**
 * The turn that a door's room takes now: on to the session that is on there, or begins within minutes, once its own is over. The one of before while
 * it is still news; null when there is none.
 */
export function nextSession(view: DoorState, before: Turn | null, now = Date.now()): Turn | null {
  const from = view.rooms.find((room) => room.meeting === view.meeting);
  const to = view.rooms.find((room) => room.name === from?.name && !room.over && (room.now || room.soon));
  if (from?.over && to && !(before?.stays && before.to.meeting === to.meeting))
    return { from, to, stays: false, at: now };
  return before && !before.stays && now - before.at > shownFor ? null : before;
}

/** The session at which a door of a room begins: the one that is on, else the next, else the last; empty without one. */
export function sessionOf(rooms: DoorRoom[], name: string): string {
  const there = rooms.filter((room) => room.name === name);
  const found = there.find((room) => room.now) ?? there.find((room) => !room.over) ?? there.at(-1);
  return found?.meeting ?? '';
}

/** Seat knows where this laptop stands: as it was noted when the forum was prepared, until somebody opens another door. */
export class Seat {
  private noted = '';

  constructor(private readonly place: Pick<DoorPlace, 'remember' | 'remembered'>) {}

  /** Door and room to begin with, where somebody stood last. */
  of(
    meeting: string,
    seat: DoorSeat,
    rooms: DoorRoom[],
    last: { station: string; room: string },
  ): { station: string; room: string } {
    this.noted = seat.station && `${meeting} ${seat.noted}`;
    if (this.noted && this.place.remembered('door.seat') !== this.noted)
      return { station: seat.station, room: sessionOf(rooms, seat.room) };
    const stood = rooms.find((room) => room.meeting === last.room);
    const name = stood?.name ?? (last.room && seat.room); // who chose the forum's own door stays there
    return { station: last.station, room: stood && !stood.over ? stood.meeting : sessionOf(rooms, name) };
  }

  /** A door was opened: what was noted is not asked again, whichever was chosen. */
  taken(meeting: string): void {
    if (this.noted.startsWith(`${meeting} `)) this.place.remember('door.seat', this.noted);
  }
}
