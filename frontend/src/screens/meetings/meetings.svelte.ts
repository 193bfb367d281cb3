import type { Backend } from '../../backend/backend';
import type {
  ChapterRow,
  MeetingDetail,
  MeetingFields,
  MeetingRow,
  Written,
  ZoneTime,
} from '../../backend/types';
import { Selection } from '../../components/selection.svelte';
import { daysTo, monthOf, today, weeksOf, type Day } from './month';
import type { Reach, ReachQuestion } from './reach.svelte';

export type When = 'coming' | 'past' | 'all';
export type View = 'list' | 'month' | 'agenda';
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
  selection = new Selection();
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
    const view = around.preference('meetings.view');
    this.view = view === 'month' || view === 'agenda' ? view : 'list';
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

  /** Meetings of the month of which no day is known yet. */
  readonly someday = $derived(this.all.filter((row) => row.day === '' && row.month === monthOf(this.day)));

  /** What is kept on days of the month, by day. */
  kept = $state.raw<Readonly<Record<Day, string>>>({});
  private keptFor = '';

  async loadKept(): Promise<void> {
    const weeks = weeksOf(monthOf(this.day));
    const [first = '', last = ''] = [weeks[0]?.[0], weeks.at(-1)?.[6]];
    const mine = `${first} ${this.chapter}`;
    if (mine === this.keptFor) return;
    this.keptFor = mine;
    try {
      const days = await this.calls.meetings.Kept(first, last, this.chapter);
      if (mine === this.keptFor) this.kept = Object.fromEntries(days.map((one) => [one.day, one.note]));
    } catch (thrown) {
      this.around.trouble(thrown);
    }
  }

  /**
   * Writes into a meeting; of a series it asks first how far that goes. Null when the person changed
   * their mind, or it failed.
   */
  async change(
    row: MeetingRow,
    fields: MeetingFields,
    ask: ((question: ReachQuestion) => Promise<Reach | null>) | null,
    question: ReachQuestion,
    write: (work: () => Promise<Written>) => Promise<Written | null>,
  ): Promise<Written | null> {
    if (!row.series || !ask) return write(() => this.calls.meetings.SetMeeting(row.id, fields));
    const reach = await ask(question);
    return reach && write(() => this.calls.meetings.SetReaching(row.id, reach, fields));
  }

  /** Asks for the meetings that fit text and chapter; the newest question wins. */
  async load(anew = false): Promise<void> {
    const mine = ++this.asked;
    try {
      const query = { from: '', to: '', chapter: this.chapter, text: this.text.trim() };
      const rows = await this.calls.meetings.Meetings(query);
      if (mine !== this.asked) return;
      this.selection.keep(
        () => this.rows.map((row) => row.id),
        () => (this.all = rows),
      );
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

  /** The month shows itself at the meeting that is open. */
  show(view: View): void {
    this.view = view;
    if (view === 'month' && this.detail?.row.day) this.day = this.detail.row.day;
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
    for (const day of daysTo(row.day, row.lastDay || row.day)) days.set(day, [...(days.get(day) ?? []), row]);
  }
  return days;
}

function monthsBetween(a: string, b: string): number {
  const count = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return count(a) - count(b);
}
