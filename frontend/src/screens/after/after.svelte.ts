import { typing } from '../../app/frame.svelte';
import type { Backend } from '../../backend/backend';
import type { AfterRow, AfterView, NoteRow, Written } from '../../backend/types';
import { Selection } from '../../components/selection.svelte';

export type Tab = 'notes' | 'people' | 'summary';
export const tabs: readonly Tab[] = ['notes', 'people', 'summary'];
export type Settled = '' | 'seen' | 'right' | 'wrong';
/** The key that settles a note, and how. */
export const settling: Readonly<Record<string, Settled>> = { s: 'seen', r: 'right', w: 'wrong', o: '' };
export const marks = ['walk_in', 'first_time', 'late', 'left_early', 'unregistered'] as const;

type Write = (work: () => Promise<Written>) => Promise<Written | null>;

/** Whether letters typed now are text: a strip of choices takes none. */
export const writing = (target: EventTarget | null): boolean =>
  typing(target) && !(target instanceof HTMLInputElement && target.type === 'radio');

/** Letters without their accents and case, as the directory compares them. */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** AfterScreen holds what follows one meeting: its notes, its people, and what they add up to. */
export class AfterScreen {
  view = $state.raw<AfterView | null>(null);
  people = $state.raw<AfterRow[] | null>(null);
  tab = $state<Tab>('notes');
  readonly notes: NotesList;
  readonly list: PeopleList;
  private asked = 0;
  private peopled = 0;

  constructor(
    readonly of: string,
    private readonly calls: Backend['after'],
    write: Write,
    private readonly trouble: (thrown: unknown) => void,
  ) {
    this.notes = new NotesList(this, calls, write);
    this.list = new PeopleList(this);
  }

  /** Reads anew what is shown; people only where they are looked at, for there may be thousands. */
  async load(): Promise<void> {
    const mine = ++this.asked;
    try {
      const view = await this.calls.View(this.of);
      if (mine !== this.asked) return;
      this.notes.show(() => (this.view = view));
      if (this.tab === 'people') await this.loadPeople();
      else this.people = null;
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
  }

  async show(tab: Tab): Promise<void> {
    this.tab = tab;
    if (tab === 'people' && !this.people) await this.loadPeople();
  }

  private async loadPeople(): Promise<void> {
    const mine = ++this.peopled;
    try {
      const rows = await this.calls.People(this.of);
      if (mine === this.peopled) this.list.show(() => (this.people = rows));
    } catch (thrown) {
      if (mine === this.peopled) this.trouble(thrown);
    }
  }
}

/** NotesList is the notes that are shown, and how they are settled. */
export class NotesList {
  readonly selection = new Selection();
  turnover = $state(0);
  all = $state(false); // those that are settled too
  kind = $state('');
  private busy = false;

  constructor(
    private readonly screen: AfterScreen,
    private readonly calls: Backend['after'],
    private readonly write: Write,
  ) {}

  readonly rows = $derived.by(() =>
    (this.screen.view?.notes ?? []).filter(
      (note) => (this.all || note.settled === '') && (this.kind === '' || note.code === this.kind),
    ),
  );

  /** The kinds of notes there are, with how many of each wait. */
  readonly kinds = $derived.by(() => {
    const known = new Map<string, { title: string; count: number }>();
    for (const note of this.screen.view?.notes ?? []) {
      const one = known.get(note.code) ?? { title: note.kind, count: 0 };
      known.set(note.code, { ...one, count: one.count + (note.settled === '' ? 1 : 0) });
    }
    return [...known].map(([value, { title, count }]) => ({ value, label: title, detail: String(count) }));
  });

  get total(): number {
    return this.rows.length;
  }

  row(at: number): NoteRow | undefined {
    return this.rows[at];
  }

  get chosen(): NoteRow[] {
    return this.selection.places.map((at) => this.row(at)).filter((row): row is NoteRow => !!row);
  }

  show(change: () => void): void {
    this.selection.keep(() => this.rows.map((row) => row.id), change);
    if (this.selection.cursor < 0) this.selection.next(0, this.total);
  }

  filter(all: boolean, kind: string): void {
    this.show(() => ([this.all, this.kind] = [all, kind]));
    this.turnover++;
  }

  chooseAll(): void {
    if (this.total === 0) return;
    this.selection.only(0);
    this.selection.reach(this.total - 1);
  }

  /** Settles the chosen notes, one write at a time; the next one is then under the cursor. */
  async settle(as: Settled): Promise<void> {
    const some = this.chosen.filter((note) => note.settled !== as);
    if (this.busy || some.length === 0) return;
    this.busy = true;
    const place = this.selection.places[0] ?? 0;
    const done = await this.write(() =>
      this.calls.Settle(
        this.screen.of,
        some.map((note) => note.id),
        as,
      ),
    );
    if (done) {
      await this.screen.load();
      this.selection.next(this.all && some.length === 1 ? place + 1 : place, this.total);
    }
    this.busy = false;
  }
}

/** PeopleList is everybody who was there, narrowed by letters and a mark. */
export class PeopleList {
  readonly selection = new Selection();
  turnover = $state(0);
  text = $state('');
  mark = $state('');

  constructor(private readonly screen: AfterScreen) {}

  private readonly found = $derived.by(() =>
    (this.screen.people ?? []).map((row) => ({ row, text: folded(`${row.name} ${row.community}`) })),
  );

  readonly rows = $derived.by(() => {
    const wanted = folded(this.text.trim());
    return this.found
      .filter(({ row, text }) => text.includes(wanted) && (this.mark === '' || row.marks.includes(this.mark)))
      .map(({ row }) => row);
  });

  get total(): number {
    return this.rows.length;
  }

  row(at: number): AfterRow | undefined {
    return this.rows[at];
  }

  show(change: () => void): void {
    this.selection.keep(() => this.rows.map((row) => row.member), change);
    if (this.selection.cursor < 0) this.selection.next(0, this.total);
  }

  narrow(change: () => void): void {
    this.show(change);
    this.turnover++;
  }
}

/** Rows of cells as spreadsheets take them from the clipboard: tabs between, no line break within. */
export const asTable = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((cells) => cells.map((cell) => String(cell).replace(/[\t\n\r]+/g, ' ')).join('\t')).join('\n');
