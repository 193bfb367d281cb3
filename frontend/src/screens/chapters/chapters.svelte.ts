/** State of the Chapters screen. */
import { router } from '../../app/router.svelte';
import { ask, status, write } from '../../app/status.svelte';
import { backend } from '../../backend/backend';
import type { ChapterDetail, ChapterRow } from '../../backend/types';
import { Selection } from '../../components/selection.svelte';
import { n } from '../../words/words.svelte';

export const chapterKinds = ['regional', 'working-group', 'caucus', 'programme'] as const;

export class Chapters {
  all = $state.raw<ChapterRow[]>([]);
  loaded = $state(false);
  selection = new Selection();
  detail = $state.raw<ChapterDetail | null>(null);
  pane = $state<'detail' | 'new' | 'none'>('none');
  #turn = 0;

  /** Rows for the list: all of them are held. */
  readonly rows = (() => {
    const held = () => this.all;
    return {
      get total() {
        return held().length;
      },
      turnover: 0,
      row: (at: number) => held()[at],
    };
  })();

  async refresh(): Promise<void> {
    const all = await ask(() => backend.people.Chapters());
    if (!all) return;
    this.selection.keep(
      () => this.all.map((row) => row.id),
      () => (this.all = all),
    );
    this.loaded = true;
    const wanted = this.detail?.id ?? router.params.id;
    if (this.pane === 'new') return;
    if (wanted && all.some((row) => row.id === wanted)) await this.show(wanted);
    else if (all[0]) await this.show(all[0].id);
  }

  async show(id: string): Promise<void> {
    const turn = ++this.#turn;
    this.pane = 'detail';
    const at = this.all.findIndex((row) => row.id === id);
    if (at >= 0 && !this.selection.has(at)) this.selection.only(at);
    const detail = await ask(() => backend.people.Chapter(id));
    if (turn !== this.#turn) return;
    this.detail = detail;
    if (!detail) this.pane = 'none';
    else if (router.place === 'chapters') router.note({ id });
  }

  follow(): void {
    const row = this.all[this.selection.cursor];
    if (row) void this.show(row.id);
  }

  close(): void {
    this.pane = this.detail ? 'detail' : 'none';
  }

  async set(field: string, value: string): Promise<boolean> {
    const { id } = this.detail ?? {};
    if (!id) return false;
    return (await write(() => backend.people.SetChapter(id, { [field]: value }))) !== null;
  }

  async add(fields: Record<string, string>): Promise<void> {
    const written = await write(() => backend.people.AddChapter(fields));
    if (!written) return;
    await this.show(written.id);
    await this.refresh();
  }

  async undoLine(change: string): Promise<void> {
    const { id } = this.detail ?? {};
    if (id) await write(() => backend.people.UndoChange('chapter', id, change));
  }

  /** Rows as tab-separated text. */
  async copy(places: number[]): Promise<void> {
    const rows = places.map((at) => this.all[at]).filter((row) => row !== undefined);
    await backend.copy(rows.map((row) => [row.name, row.members, row.city, row.next].join('\t')).join('\n'));
    status.say(n('status.copied', rows.length));
  }
}
