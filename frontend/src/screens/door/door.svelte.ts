import type { Backend } from '../../backend/backend';
import type {
  DoorArrival,
  DoorHit,
  DoorLine,
  DoorResult,
  DoorRoom,
  DoorState,
  MeetingRow,
} from '../../backend/types';
import { badgeCode, newNonce, Pace } from './code';
import { Queue, type Missed } from './queue.svelte';
import { nextSession, Seat, type Turn } from './rooms';
import type { Tone } from './sounds';

/** The calls to Go that a door makes. */
export type DoorCalls = Backend['door'];

/** What a door needs of its surroundings. */
export interface DoorPlace {
  remember: (name: string, value: string) => void;
  remembered: (name: string) => string;
  sentence: (error: unknown) => string;
  sound: (tone: Tone) => void;
}

const lettersToSearch = 2; // the field asks for three; syllabic names are short
const pause = 40; // ms before letters are looked up: a scanner's come faster, and are no name

/** Door is the state of the full screen at a door. */
export class Door {
  meetings = $state.raw<MeetingRow[]>([]);
  loaded = $state(false);
  meeting = $state('');
  room = $state(''); // the session's id; empty at the meeting's own door
  station = $state('');
  view = $state.raw<DoorState | null>(null);
  result = $state.raw<DoorResult | null>(null);
  failure = $state.raw<Missed | null>(null);
  private closings = 0;
  shownCount = $state(0); // grows with every result, so that the same words are announced again
  error = $state('');

  text = $state('');
  hits = $state.raw<DoorHit[]>([]);
  hitsFor = $state('');
  chosen = $state(0);
  leaving = $state(false);
  locked = $state(false);
  /** What the end of a rehearsal said; shown at the choice of the door. */
  told = $state('');
  /** How this room's door went on to the next session. */
  turn = $state.raw<Turn | null>(null);
  /** Somebody is being written down: the door stands still meanwhile. */
  busy = false;

  readonly queue: Queue;
  private readonly pace = new Pace();
  private readonly seat: Seat;
  private asked = 0;
  private after: Promise<void> | null = null; // a look that waits for the queue
  private searched = $state(false); // false while there are too few letters
  private chosenDoors = $state.raw<Record<string, Pick<DoorState, 'stations' | 'rooms'>>>({});

  constructor(
    private readonly calls: DoorCalls,
    private readonly place: DoorPlace,
  ) {
    this.meeting = place.remembered('door.meeting');
    this.room = place.remembered('door.room');
    this.station = place.remembered('door.station');
    this.queue = new Queue(this.show, this.showMissed, place.sentence);
    this.seat = new Seat(place);
  }

  /** Reads the meetings a door may open for; a remembered one that is gone is forgotten. */
  async load(): Promise<void> {
    try {
      this.meetings = await this.calls.Meetings();
      if (!this.meetings.some((m) => m.id === this.meeting)) this.meeting = this.meetings[0]?.id ?? '';
    } catch (error) {
      this.error = this.place.sentence(error);
    }
    this.loaded = true;
  }

  /** Opens the door for the meeting, room and station chosen, or a rehearsal of it. One that was left unended is over then. */
  async open(rehearse = false): Promise<void> {
    this.station = this.station.trim();
    this.told = '';
    this.turn = null;
    this.place.remember('door.meeting', this.meeting);
    this.place.remember('door.room', this.room);
    this.place.remember('door.station', this.station);
    this.seat.taken(this.meeting);
    if (!rehearse) {
      await this.refresh();
      if (this.view?.practice) await this.endPractice();
      return;
    }
    try {
      this.view = await this.calls.Rehearse(this.at, this.station);
      this.error = '';
    } catch (error) {
      this.error = this.place.sentence(error);
    }
  }

  /** Where scans are noted: the room's session, else the meeting itself. */
  get at(): string {
    return this.room || this.meeting;
  }

  /** Throws a rehearsal away and says how much that was; the door is open for real then. */
  async endPractice(): Promise<void> {
    const { at, station } = this;
    await this.queue.settled();
    try {
      const over = await this.calls.EndPractice(at, station);
      this.result = this.failure = null;
      this.told = over.text;
      if (this.view) this.view = over.state;
      this.shownCount++;
    } catch (error) {
      this.error = this.place.sentence(error);
    }
  }

  /** Closes the door: back to the choice of meeting and station. A rehearsal is over with it. */
  close(): void {
    if (this.view?.practice) void this.endPractice();
    this.view = this.result = this.failure = this.turn = null;
    this.closings++;
    this.leaving = false;
    this.clear();
  }

  /**
   * Asks Go for what surrounds the result: count, last scans, clock, link. While somebody passes nothing is asked, as the
   * answer brings it too; only once for all that moved meanwhile.
   */
  refresh(): Promise<void> {
    if (this.queue.waiting.length === 0) return this.look();
    this.after ??= this.queue.settled().then(() => {
      this.after = null;
      return this.look();
    });
    return this.after;
  }

  private async look(): Promise<void> {
    try {
      const { at, shownCount: scans, closings } = this;
      const view = await this.calls.Open(at, this.station);
      if (closings !== this.closings) return; // the door was closed meanwhile, and stays so
      if (scans === this.shownCount && at === this.at) this.view = view; // else a scan's answer is newer, or it is another room's
      this.error = '';
      await this.goOn();
    } catch (error) {
      this.error = this.place.sentence(error);
    }
  }

  /** Once a session is over, the door of its room goes on to the next; never in the middle of a scan, and not while departures are noted. */
  private async goOn(): Promise<void> {
    const midway = this.text !== '' || this.queue.waiting.length > 0 || this.busy || this.leaving;
    if (!this.view || this.view.practice || this.view.meeting !== this.at || midway) return;
    const turn = nextSession(this.view, this.turn);
    if (turn === this.turn) return;
    this.turn = turn;
    if (turn) await this.stand(turn.to.meeting);
  }

  /** Stays with the session that is over, or goes on after all. */
  async turnBack(): Promise<void> {
    if (!this.turn) return;
    const { from, to, stays } = this.turn;
    this.turn = { ...this.turn, stays: !stays };
    await this.stand((stays ? to : from).meeting);
  }

  private async stand(room: string): Promise<void> {
    this.room = room;
    this.place.remember('door.room', room);
    await this.refresh();
    if (this.view?.practice && this.view.meeting === room) await this.endPractice(); // one that was left there: what counts is not thrown away
  }

  /** A letter came into the field, at a time in milliseconds. */
  type(text: string, at: number): void {
    this.text = text;
    if (text === '') return this.clear();
    this.pace.letter(at);
    const code = badgeCode(text);
    if (code) return void this.scan(code);
    void this.search(text.trim());
  }

  /** Enter: the person chosen, a scanner's code, or the letters as they are. */
  submit(): void {
    const text = this.text.trim();
    if (text === '') return;
    if (this.pace.byScanner) return void this.scan(badgeCode(text) ?? text);
    if (this.hitsFor !== text) return void this.searchAndScan(text);
    const hit = this.hits[this.chosen];
    void this.scan(hit?.member ?? text, hit?.name);
  }

  /** Asks which doors and rooms the chosen meeting has, and stands at the first door unless one was named. */
  async lookAtStations(): Promise<void> {
    const meeting = this.meeting;
    if (meeting === '') return;
    try {
      const [{ stations, rooms }, seat] = await Promise.all([
        this.calls.Open(meeting, this.station),
        this.calls.Seat(meeting),
      ]);
      this.chosenDoors = { ...this.chosenDoors, [meeting]: { stations, rooms } };
      if (meeting !== this.meeting) return;
      const at = this.seat.of(meeting, seat, rooms, this);
      this.station = at.station || (stations[0] ?? '');
      this.room = at.room;
    } catch (error) {
      this.error = this.place.sentence(error);
    }
  }

  /** The doors that a meeting names. */
  stationsOf(meeting: string): string[] {
    return this.chosenDoors[meeting]?.stations ?? [];
  }

  /** The rooms of a meeting's sessions. */
  roomsOf(meeting: string): DoorRoom[] {
    return this.chosenDoors[meeting]?.rooms ?? [];
  }

  /** True when letters were looked up and fit nobody. */
  get nobody(): boolean {
    return this.text !== '' && this.hitsFor === this.text.trim() && this.hits.length === 0 && this.searched;
  }

  /** Notes a person of the list. */
  choose(hit: DoorHit): void {
    void this.scan(hit.member, hit.name);
  }

  /** Moves the choice among the people found. */
  move(by: number): void {
    const all = this.hits.length;
    if (all > 0) this.chosen = (this.chosen + by + all) % all;
  }

  /** One step back: the letters, then leaving mode. */
  back(): void {
    if (this.text !== '') this.clear();
    else this.leaving = false;
  }

  /** Notes an arrival or departure. The field is free at once; the answer follows. */
  scan(code: string, label = code): Promise<void> {
    const { at: meeting, station } = this;
    const direction = this.leaving ? 'out' : 'in';
    const nonce = newNonce();
    this.clear();
    const note = () => this.calls.Scan(meeting, station, code, direction, nonce);
    return this.queue.add({ label, nonce, note });
  }

  /** Writes down a person who is not on the list, and lets them in. */
  walkIn(who: Omit<DoorArrival, 'nonce'>): Promise<void> {
    const { at: meeting, station } = this;
    const nonce = newNonce();
    const note = () => this.calls.WalkIn(meeting, station, { ...who, nonce });
    return this.queue.add({ label: who.name, nonce, note });
  }

  /** Takes back this door's last scan. */
  undoLast(): Promise<void> {
    const { at: meeting, station } = this;
    const note = () => this.calls.UndoLast(meeting, station);
    return this.queue.add({ label: '', nonce: newNonce(), note });
  }

  /** Takes back one scan of the list. */
  undo(line: DoorLine): Promise<void> {
    const note = () => this.calls.UndoScan(line.scan);
    return this.queue.add({ label: line.name, nonce: newNonce(), note });
  }

  /** Notes a passage that failed once more, as the same scan. */
  retry(nonce: string | undefined): void {
    if (nonce) void this.queue.retry(nonce);
  }

  /** Lets a passage that failed go. */
  drop(nonce: string | undefined): void {
    if (nonce) this.queue.drop(nonce);
    this.failure = null;
  }

  private async search(text: string): Promise<void> {
    const mine = ++this.asked;
    this.searched = false;
    if ([...text].length < lettersToSearch) return this.found(text, []);
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (mine !== this.asked) return;
    try {
      const hits = await this.calls.Type(this.at, text);
      if (mine !== this.asked) return;
      this.found(text, hits);
      this.searched = true;
    } catch (error) {
      if (mine === this.asked) this.error = this.place.sentence(error);
    }
  }

  private found(text: string, hits: DoorHit[]): void {
    this.hits = hits;
    this.hitsFor = text;
    this.chosen = 0;
  }

  /**
   * Enter came before the list did. One person found is meant; of several somebody must choose, so
   * that nobody is let in under a name that no one saw.
   */
  private searchAndScan(text: string): Promise<void> {
    const { at: meeting, station } = this;
    const direction = this.leaving ? 'out' : 'in';
    const nonce = newNonce();
    this.clear();
    const note = async () => {
      const hits = await this.calls.Type(meeting, text);
      if (hits.length > 1) return this.letChoose(text, hits);
      return this.calls.Scan(meeting, station, hits[0]?.member ?? text, direction, nonce);
    };
    return this.queue.add({ label: text, nonce, note });
  }

  private letChoose(text: string, hits: DoorHit[]): null {
    if (this.text !== '') return null; // the next person is being typed already
    this.text = text;
    this.found(text, hits);
    return null;
  }

  private clear(): void {
    this.asked++;
    this.text = '';
    this.found('', []);
    this.pace.clear();
  }

  private readonly show = (result: DoorResult): void => {
    this.told = '';
    this.result = result;
    this.failure = null;
    if (this.view) this.view = result.state; // a door that was closed meanwhile stays so
    this.shownCount++;
    this.place.sound(toneOf(result.tone));
  };

  private readonly showMissed = (missed: Missed): void => {
    this.failure = missed;
    this.shownCount++;
    this.place.sound('unknown');
  };
}

/** A tone that this window doesn't know asks for a look. */
export function toneOf(tone: string): Tone {
  return tone === 'in' || tone === 'out' || tone === 'unknown' ? tone : 'look';
}
