import type { Backend } from '../../backend/backend';
import type { MeetingFields, SeriesPreview, Written, ZoneTime } from '../../backend/types';
import { ruleFor, type Ending, type Repeat } from './repeat';

export type MeetingCalls = Pick<
  Backend['meetings'],
  'AddMeeting' | 'AddSeries' | 'PreviewTimes' | 'PreviewSeries'
>;
/** What is known of the date: day and time, whole days, or a month at most. */
export type DateKind = 'time' | 'days' | 'tentative';
/** What is still wrong with a form; each has its sentence under meetings.form. */
export type Wrong =
  | 'need-title'
  | 'need-chapter'
  | 'bad-date'
  | 'bad-time'
  | 'bad-minutes'
  | 'bad-days'
  | 'bad-month'
  | 'bad-places'
  | 'bad-until'
  | 'bad-count';

const pause = 150; // ms after the last letter before local times are asked

/** A time as people write it ("13:30", "13 h 30", "13h", "1330", "9") as HH:MM; null when it is none. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})\s*(?:(?:[:h.]\s*(\d{2})?)|(\d{2}))?$/i.exec(
    text.trim().replaceAll('\u00a0', ' '),
  );
  if (!found) return null;
  const hour = Number(found[1]);
  const minute = Number(found[2] ?? found[3] ?? '0');
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** A day as YYYY-MM-DD when it exists in the calendar; null when not. */
export function readDate(text: string): string | null {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  if (!found) return null;
  const day = `${found[1]}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}`;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : null;
}

/** A length in minutes as Go takes it; null when it is none. */
export function readMinutes(text: string): number | null {
  const minutes = Number(text.trim());
  return Number.isInteger(minutes) && minutes >= 5 && minutes <= 1440 ? minutes : null;
}

/** How many whole days, 1 to 7; null when it is none. */
export function readDays(text: string): number | null {
  const days = Number(text.trim());
  return Number.isInteger(days) && days >= 1 && days <= 7 ? days : null;
}

/** A month as YYYY-MM; null when it is none. */
export function readMonth(text: string): string | null {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text.trim()) ? text.trim() : null;
}

/** Names of doors from "A, B, Main hall"; each once. */
export function readStations(text: string): string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}

/** MeetingForm is a meeting that is being planned. */
export class MeetingForm {
  title = $state('');
  titleFr = $state('');
  chapter = $state('');
  date = $state('');
  time = $state('');
  zone = $state('');
  minutes = $state('60');
  mode = $state('online');
  place = $state('');
  url = $state('');
  stations = $state('');
  kind = $state<DateKind>('time');
  days = $state('1');
  month = $state('');
  places = $state('');
  note = $state('');
  noteFr = $state('');
  repeat = $state<Repeat>('never');
  ending = $state<Ending>('never');
  until = $state('');
  count = $state('');
  /** Id of the forum that this is a session of; it has room and chapter then. */
  parent = $state('');
  room = $state('');
  series = $state.raw<SeriesPreview | null>(null);
  times = $state.raw<ZoneTime[]>([]);
  wrong = $state<Wrong | ''>('');
  private asked = 0;

  constructor(private readonly calls: MeetingCalls) {}

  /** The anchor as Go reads it, YYYY-MM-DDTHH:MM; empty while date or time are missing or wrong. */
  get start(): string {
    if (this.kind === 'tentative') return readMonth(this.month) ?? '';
    const date = readDate(this.date);
    if (this.kind === 'days') return date ?? '';
    const time = readTime(this.time);
    return date && time ? `${date}T${time}` : '';
  }

  /** The rule by which it repeats; empty for one meeting. */
  get rule(): string {
    if (this.kind !== 'time') return '';
    return ruleFor(this.repeat, readDate(this.date) ?? '', this);
  }

  get repeating(): boolean {
    return this.kind === 'time' && this.repeat !== 'never';
  }

  get onSite(): boolean {
    return this.mode !== 'online';
  }

  get online(): boolean {
    return this.mode !== 'on-site';
  }

  /** Whether there is text that would be lost by leaving. */
  get begun(): boolean {
    return [this.title, this.titleFr, this.place, this.url, this.stations].some((text) => text.trim() !== '');
  }

  /** Finds the first thing that is missing or wrong. A date may stay empty: it is set later. */
  check(): boolean {
    this.wrong = this.firstWrong();
    return this.wrong === '';
  }

  private firstWrong(): Wrong | '' {
    if (!this.title.trim() && !this.titleFr.trim()) return 'need-title';
    if (!this.chapter && !this.parent) return 'need-chapter';
    if (this.places.trim() && !/^\d{1,6}$/.test(this.places.trim())) return 'bad-places';
    if (this.kind === 'tentative') return this.month.trim() && !readMonth(this.month) ? 'bad-month' : '';
    if (this.kind === 'days') {
      if (!readDate(this.date)) return 'bad-date';
      return readDays(this.days) === null ? 'bad-days' : '';
    }
    return this.firstWrongOfTime() || this.firstWrongOfSeries();
  }

  private firstWrongOfTime(): Wrong | '' {
    if (this.repeating && !readDate(this.date)) return 'bad-date';
    if (this.date.trim() && !readDate(this.date)) return 'bad-date';
    if ((this.date.trim() || this.time.trim()) && !readTime(this.time)) return 'bad-time';
    if (this.time.trim() && !this.date.trim()) return 'bad-date';
    if (readMinutes(this.minutes) === null) return 'bad-minutes';
    return '';
  }

  private firstWrongOfSeries(): Wrong | '' {
    if (!this.repeating) return '';
    const until = readDate(this.until);
    if (this.ending === 'until' && (!until || until < (readDate(this.date) ?? ''))) return 'bad-until';
    const count = Number(this.count);
    if (this.ending === 'count' && (!Number.isInteger(count) || count < 1 || count > 2000))
      return 'bad-count';
    return '';
  }

  fields(): MeetingFields {
    const minutes =
      this.kind === 'days' ? (readDays(this.days) ?? 1) * 1440 : (readMinutes(this.minutes) ?? 60);
    const fields: Record<string, string> = {
      title: this.title.trim(),
      title_fr: this.titleFr.trim(),
      chapter: this.chapter,
      start: this.start,
      zone: this.zone,
      minutes: String(minutes),
      mode: this.mode,
      place: this.onSite ? this.place.trim() : '',
      url: this.online ? this.url.trim() : '',
    };
    if (this.places.trim()) fields.places = this.places.trim();
    if (this.repeating) fields.rule = this.rule;
    if (this.kind === 'tentative') {
      fields.status = 'tentative';
      fields.note = this.note.trim();
      fields.note_fr = this.noteFr.trim();
    }
    if (this.parent) {
      fields.parent = this.parent;
      fields.room = this.room.trim();
    }
    return { fields, stations: this.onSite ? readStations(this.stations) : [] };
  }

  /** Writes the meeting, or the series. */
  add(): Promise<Written> {
    const fields = this.fields();
    return this.repeating ? this.calls.AddSeries(fields) : this.calls.AddMeeting(fields);
  }

  /** Asks for the local times of what the form says now; the newest question wins. */
  async preview(): Promise<void> {
    const mine = ++this.asked;
    const { start, zone } = this;
    const minutes = readMinutes(this.minutes) ?? 60;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (mine !== this.asked) return;
    if (!start || !zone || this.kind !== 'time') return void this.nothing();
    try {
      if (this.repeating) {
        const series = await this.calls.PreviewSeries(this.fields());
        if (mine === this.asked) this.series = series;
        return;
      }
      this.series = null;
      const times = await this.calls.PreviewTimes(start, zone, minutes);
      if (mine === this.asked) this.times = times;
    } catch {
      if (mine === this.asked) this.nothing(); // the form itself says what is wrong when it is sent
    }
  }

  private nothing(): void {
    this.times = [];
    this.series = null;
  }
}
