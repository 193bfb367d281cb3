/** State of the Members screen: the question, the rows that answer it, and the member shown beside them. */
import { router } from '../../app/router.svelte';
import { session } from '../../app/session.svelte';
import { ask, status, write } from '../../app/status.svelte';
import { backend } from '../../backend/backend';
import type { ChapterRow, MemberDetail, MemberQuery, MemberRow } from '../../backend/types';
import { RowWindow } from '../../components/rows.svelte';
import { Selection } from '../../components/selection.svelte';
import { n } from '../../words/words.svelte';

export interface Filters {
  text: string;
  chapter: string;
  community: string;
  role: string;
  province: string;
  /** Mandates that end within so many days; empty asks for nothing. */
  ends: string;
}
export const soon = '60';
const names = ['text', 'chapter', 'community', 'role', 'province', 'ends'] as const;
const soonReady = 200; // milliseconds until the list is asked again while Go still reads it
const rest = 70; // milliseconds that the cursor rests before the pane follows it
const thought = 200; // the same while letters are typed: the next letter comes first

export function filtersOf(params: Record<string, string>): Filters {
  const filters = {} as Filters;
  for (const name of names) filters[name] = params[name] ?? '';
  return filters;
}

export function queryOf(filters: Filters, offset: number, limit: number): MemberQuery {
  const { text, chapter, community, role, province } = filters;
  const endsWithin = Number.parseInt(filters.ends, 10) || 0;
  return { text, chapter, community, role, province, endsWithin, office: '', language: '', offset, limit };
}

/** A consent as it is written down; an empty date means today. */
export type ConsentFields = Record<'basis' | 'source' | 'date', string>;

/** What the pane shows. */
export type Pane = 'detail' | 'new' | 'none';

export class Members {
  filters = $state(filtersOf(router.params));
  rows = new RowWindow<MemberRow>(
    (offset, limit) => this.#fetch(offset, limit),
    (thrown) => status.trouble(thrown),
    (change) => this.selection.keep(() => this.rows.map((row) => row.id), change),
  );
  selection = new Selection();
  all = $state(0);
  endingSoon = $state(0);
  took = $state('');
  ready = $state(true);
  chapters = $state.raw<ChapterRow[]>([]);
  detail = $state.raw<MemberDetail | null>(null);
  pane = $state<Pane>('none');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** The member that the address asked for: the first answer of the list must not put another in their place. */
  #linked = '';

  constructor() {
    const { id } = router.params;
    if (!id) return;
    this.#linked = id;
    void this.show(id);
  }

  get filtered(): boolean {
    return names.some((name) => this.filters[name] !== '');
  }

  async #fetch(offset: number, limit: number) {
    const page = await backend.people.Members(queryOf(this.filters, offset, limit));
    this.all = page.all;
    this.endingSoon = page.endingSoon;
    this.took = page.took;
    this.ready = page.ready;
    if (!page.ready) setTimeout(() => void this.rows.refresh(offset), soonReady);
    return page;
  }

  /** Changes the question. The best hit is under the cursor when letters were typed. */
  async search(change: Partial<Filters>): Promise<void> {
    Object.assign(this.filters, change);
    this.selection.none();
    if (Object.keys(change).length > 0) this.#linked = '';
    await this.rows.restart();
    this.#note();
    const linked = this.#linked;
    this.#linked = '';
    if (linked && this.pane === 'detail') {
      const at = this.rows.find((row) => row.id === linked);
      if (at >= 0) this.selection.only(at);
    } else if (this.rows.total > 0 && this.selection.cursor < 0 && this.pane !== 'new') {
      this.selection.only(0);
      this.follow(thought);
    }
  }

  /** Asks again after records changed, and keeps the place. */
  async refresh(): Promise<void> {
    const id = this.detail?.id;
    await this.rows.refresh(Math.max(0, this.selection.cursor), this.selection.places);
    const chapters = await backend.people.Chapters().catch(() => null);
    if (chapters) this.chapters = chapters;
    if (id && this.pane === 'detail') void this.#load(id, true);
  }

  /** The pane follows the cursor once it rests. */
  follow(after = rest): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const row = this.rows.row(this.selection.cursor);
      if (row) void this.show(row.id);
    }, after);
  }

  /** Shows a member in the pane, and finds them in the list where they are held. */
  async show(id: string): Promise<void> {
    clearTimeout(this.#timer);
    this.pane = 'detail';
    if (this.rows.held(this.selection.cursor)?.id !== id) {
      const at = this.rows.find((row) => row.id === id);
      if (at >= 0) this.selection.only(at);
    }
    await this.#load(id, false);
    this.#note();
  }

  async #load(id: string, quietly: boolean): Promise<void> {
    const turn = ++this.#turn;
    const work = () => backend.people.Member(id);
    const detail = quietly ? await work().catch(() => null) : await ask(work);
    if (turn !== this.#turn) return;
    this.detail = detail;
    if (!detail) this.pane = 'none';
  }

  close(): void {
    this.pane = 'none';
    this.detail = null;
    this.#note();
  }

  #note(): void {
    // The person may have gone on while an answer was under way.
    if (router.place !== 'members' || router.params.view) return;
    const id = this.pane === 'detail' ? (this.detail?.id ?? '') : '';
    router.note({ ...this.filters, id });
  }

  async set(field: string, value: string): Promise<boolean> {
    const { id } = this.detail ?? {};
    if (!id) return false;
    return (await write(() => backend.people.SetMember(id, { [field]: value }))) !== null;
  }

  async setMandate(period: string): Promise<boolean> {
    const { id } = this.detail ?? {};
    const [term_start = '', term_end = ''] = period.split('/');
    if (!id) return false;
    return (await write(() => backend.people.SetMember(id, { term_start, term_end }))) !== null;
  }

  async setChapters(ids: string[]): Promise<void> {
    const { id } = this.detail ?? {};
    if (id) await write(() => backend.people.SetChapters(id, ids));
  }

  async recordConsent(fields: ConsentFields): Promise<boolean> {
    const { id } = this.detail ?? {};
    if (!id) return false;
    return (await write(() => backend.people.RecordConsent(id, fields))) !== null;
  }

  async withdrawConsent(): Promise<void> {
    const { id } = this.detail ?? {};
    if (id) await write(() => backend.people.WithdrawConsent(id));
  }

  async undoLine(change: string): Promise<void> {
    const { id } = this.detail ?? {};
    if (id) await write(() => backend.people.UndoChange('member', id, change));
  }

  /** Removes who is shown; undo brings them back. */
  async remove(): Promise<void> {
    const { id } = this.detail ?? {};
    if (!id) return;
    if (await write(() => backend.people.RemoveMember(id))) this.close();
  }

  async copy(places: number[]): Promise<void> {
    const rows = await this.rows.rowsAt(places);
    const text = await ask(() => backend.people.CopyMembers(rows.map((row) => row.id)));
    if (text === null) return;
    await backend.copy(text);
    status.say(n('status.copied', rows.length));
  }

  async export(format: string): Promise<void> {
    const path = await ask(() => backend.people.ExportMembers(queryOf(this.filters, 0, 0), format));
    if (path) status.say(n('members.exported', this.rows.total, { path }));
  }

  get mine(): boolean {
    return !this.detail || this.detail.office === session.start?.office;
  }
}

/** Communities whose name fits, to choose from. */
export async function communityOptions(text: string) {
  const query = queryOf({ ...filtersOf({}), text }, 0, 20);
  const page = await backend.people.Communities(query).catch(() => null);
  return (page?.rows ?? []).map((row) => ({ value: row.id, label: row.name, detail: row.province }));
}
