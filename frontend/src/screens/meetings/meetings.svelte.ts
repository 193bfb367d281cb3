import type { Backend } from '../../backend/backend';
import type { ChapterRow, MeetingDetail, MeetingRow, ZoneTime } from '../../backend/types';
import { monthOf, today, type Day } from './month';

export type When = 'coming' | 'past' | 'all';
export type View = 'list' | 'month';
type Calls = Pick<Backend, 'meetings' | 'people'>;

/** What the screen needs of its surroundings. */
export interface Surroundings {
  preference: (name: string, otherwise?: string) => string;
  remember: (name: string, value: string) => void;
  trouble: (thrown: unknown) => void;
}

/** MeetingsScreen holds the list, the month and the meeting that is open beside them. */
export class MeetingsScreen {
  all = $state.raw<MeetingRow[]>([]);
  loaded = $state(false);
  turnover = $state(0); // grows with every new question: the list goes to its top
  text = $state('');
  chapter = $state('');
  when = $state<When>('coming');
  view = $state<View>('list');
  day = $state<Day>(today()); // where the cursor of the month stands
  chapters = $state.raw<ChapterRow[]>([]);
  zones = $state.raw<ZoneTime[]>([]);
  detail = $state.raw<MeetingDetail | null>(null);
  private asked = 0;
  private wanted = '';

  constructor(
    private readonly calls: Calls,
    private readonly around: Surroundings,
  ) {
    this.view = around.preference('meetings.view') === 'month' ? 'month' : 'list';
    const when = around.preference('meetings.when', 'coming');
    this.when = when === 'past' || when === 'all' ? when : 'coming';
  }

  /** The rows of the list: what is coming from the next on, what is past from the last back. */
  readonly rows = $derived(this.fitting());

  get total(): number {
    return this.rows.length;
  }

  row(at: number): MeetingRow | undefined {
    return this.rows[at];
  }

  get filtered(): boolean {
    return this.text.trim() !== '' || this.chapter !== '';
  }

  /** The meetings of the month by their day at the anchor. */
  readonly byDay = $derived(groupByDay(this.all, monthOf(this.day)));

  on(day: Day): MeetingRow[] {
    return this.byDay.get(day) ?? [];
  }

  /** Asks for the meetings that fit text and chapter; the newest question wins. */
  async load(anew = false): Promise<void> {
    const mine = ++this.asked;
    try {
      const query = { from: '', to: '', chapter: this.chapter, text: this.text.trim() };
      const rows = await this.calls.meetings.Meetings(query);
      if (mine !== this.asked) return;
      this.all = rows;
      this.loaded = true;
      if (anew) this.turnover++;
    } catch (thrown) {
      if (mine === this.asked) this.around.trouble(thrown);
    }
  }

  /** Reads what forms and filters choose from. */
  async loadChoices(): Promise<void> {
    try {
      [this.chapters, this.zones] = await Promise.all([
        this.calls.people.Chapters(),
        this.calls.meetings.Zones(),
      ]);
    } catch (thrown) {
      this.around.trouble(thrown);
    }
  }

  /** Opens a meeting beside the list; an empty id closes the pane. */
  async open(id: string): Promise<void> {
    this.wanted = id;
    if (id === '') return void (this.detail = null);
    try {
      const detail = await this.calls.meetings.Meeting(id);
      if (this.wanted === id) this.detail = detail;
    } catch (thrown) {
      if (this.wanted === id) this.around.trouble(thrown);
    }
  }

  show(view: View): void {
    this.view = view;
    this.around.remember('meetings.view', view);
  }

  choose(when: When): void {
    this.when = when;
    this.turnover++;
    this.around.remember('meetings.when', when);
  }

  clear(): void {
    this.text = '';
    this.chapter = '';
    this.when = 'all';
  }

  private fitting(): MeetingRow[] {
    if (this.when === 'all') return this.all;
    const rows = this.all.filter((row) => row.past === (this.when === 'past'));
    return this.when === 'past' ? rows.reverse() : rows;
  }
}

function groupByDay(rows: MeetingRow[], month: string): Map<Day, MeetingRow[]> {
  const days = new Map<Day, MeetingRow[]>();
  for (const row of rows) {
    // A week of the month may show the neighbours' days too.
    if (row.day === '' || Math.abs(monthsBetween(monthOf(row.day), month)) > 1) continue;
    days.set(row.day, [...(days.get(row.day) ?? []), row]);
  }
  return days;
}

function monthsBetween(a: string, b: string): number {
  const count = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return count(a) - count(b);
}
