import type { Backend } from '../../backend/backend';
import type { MeetingFields, ZoneTime } from '../../backend/types';

export type MeetingCalls = Pick<Backend['meetings'], 'AddMeeting' | 'PreviewTimes'>;
/** What is still wrong with a form; each has its sentence under meetings.form. */
export type Wrong = 'need-title' | 'need-chapter' | 'bad-date' | 'bad-time' | 'bad-minutes';

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
  times = $state.raw<ZoneTime[]>([]);
  wrong = $state<Wrong | ''>('');
  private asked = 0;

  constructor(private readonly calls: MeetingCalls) {}

  /** The anchor as Go reads it, YYYY-MM-DDTHH:MM; empty while date or time are missing or wrong. */
  get start(): string {
    const date = readDate(this.date);
    const time = readTime(this.time);
    return date && time ? `${date}T${time}` : '';
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
    if (!this.chapter) return 'need-chapter';
    if (this.date.trim() && !readDate(this.date)) return 'bad-date';
    if ((this.date.trim() || this.time.trim()) && !readTime(this.time)) return 'bad-time';
    if (this.time.trim() && !this.date.trim()) return 'bad-date';
    if (readMinutes(this.minutes) === null) return 'bad-minutes';
    return '';
  }

  fields(): MeetingFields {
    return {
      fields: {
        title: this.title.trim(),
        title_fr: this.titleFr.trim(),
        chapter: this.chapter,
        start: this.start,
        zone: this.zone,
        minutes: String(readMinutes(this.minutes) ?? 60),
        mode: this.mode,
        place: this.onSite ? this.place.trim() : '',
        url: this.online ? this.url.trim() : '',
      },
      stations: this.onSite ? readStations(this.stations) : [],
    };
  }

  /** Asks for the local times of what the form says now; the newest question wins. */
  async preview(): Promise<void> {
    const mine = ++this.asked;
    const { start, zone } = this;
    const minutes = readMinutes(this.minutes) ?? 60;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (mine !== this.asked) return;
    if (!start || !zone) return void (this.times = []);
    try {
      const times = await this.calls.PreviewTimes(start, zone, minutes);
      if (mine === this.asked) this.times = times;
    } catch {
      if (mine === this.asked) this.times = []; // the form itself says what is wrong when it is sent
    }
  }
}
