/** State of the Communities screen. */
import { router } from '../../app/router.svelte';
import { ask, status, write } from '../../app/status.svelte';
import { backend } from '../../backend/backend';
import type { CommunityDetail, CommunityRow } from '../../backend/types';
import { RowWindow } from '../../components/rows.svelte';
import { Selection } from '../../components/selection.svelte';
import { n } from '../../words/words.svelte';
import { filtersOf, queryOf } from '../members/members.svelte';

const rest = 70; // milliseconds that the cursor rests before the pane follows it

export class Communities {
  text = $state(router.params.text ?? '');
  province = $state(router.params.province ?? '');
  rows = new RowWindow<CommunityRow>(
    (offset, limit) => this.#fetch(offset, limit),
    (thrown) => status.trouble(thrown),
    (change) => this.selection.keep(() => this.rows.map((row) => row.id), change),
  );
  selection = new Selection();
  all = $state(0);
  detail = $state.raw<CommunityDetail | null>(null);
  pane = $state<'detail' | 'new' | 'none'>('none');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  get filtered(): boolean {
    return this.text !== '' || this.province !== '';
  }

  async #fetch(offset: number, limit: number) {
    const filters = { ...filtersOf({}), text: this.text, province: this.province };
    const page = await backend.people.Communities(queryOf(filters, offset, limit));
    this.all = page.all;
    return page;
  }

  async search(change: { text?: string; province?: string }): Promise<void> {
    Object.assign(this, change);
    this.selection.none();
    await this.rows.restart();
    this.#note();
    if (this.rows.total > 0 && this.selection.cursor < 0 && this.pane !== 'new') {
      this.selection.only(0);
      this.follow();
    }
  }

  async refresh(): Promise<void> {
    const id = this.detail?.id;
    await this.rows.refresh(Math.max(0, this.selection.cursor), this.selection.places);
    if (id && this.pane === 'detail') void this.#load(id);
  }

  follow(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const row = this.rows.row(this.selection.cursor);
      if (row) void this.show(row.id);
    }, rest);
  }

  async show(id: string): Promise<void> {
    clearTimeout(this.#timer);
    this.pane = 'detail';
    const at = this.rows.find((row) => row.id === id);
    if (at >= 0 && !this.selection.has(at)) this.selection.only(at);
    await this.#load(id);
    this.#note();
  }

  async #load(id: string): Promise<void> {
    const turn = ++this.#turn;
    const detail = await ask(() => backend.people.Community(id));
    if (turn !== this.#turn) return;
    this.detail = detail;
    if (!detail) this.pane = 'none';
  }

  close(): void {
    this.pane = this.detail ? 'detail' : 'none';
  }

  #note(): void {
    if (router.place !== 'communities') return;
    const id = this.pane === 'detail' ? (this.detail?.id ?? '') : '';
    router.note({ text: this.text, province: this.province, id });
  }

  async set(field: string, value: string): Promise<boolean> {
    const { id } = this.detail ?? {};
    if (!id) return false;
    return (await write(() => backend.people.SetCommunity(id, { [field]: value }))) !== null;
  }

  async add(fields: Record<string, string>): Promise<boolean> {
    const written = await write(() => backend.people.AddCommunity(fields));
    if (!written) return false;
    await this.show(written.id);
    return true;
  }

  async undoLine(change: string): Promise<void> {
    const { id } = this.detail ?? {};
    if (id) await write(() => backend.people.UndoChange('community', id, change));
  }

  /** Rows as tab-separated text. */
  async copy(places: number[]): Promise<void> {
    const rows = await this.rows.rowsAt(places);
    await backend.copy(
      rows.map((row) => [row.name, row.kind, row.province, row.members].join('\t')).join('\n'),
    );
    status.say(n('status.copied', rows.length));
  }
}
