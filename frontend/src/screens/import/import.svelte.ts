/** Reading a list in: hand over the file, look at what would happen, map columns, do it, see what happened. */
import { jobs } from '../../app/jobs.svelte';
import { backend } from '../../backend/backend';
import type { ImportPreview } from '../../backend/types';
import { type Trouble, troubleOf } from '../../errors';
import { t } from '../../words/words.svelte';

export type ImportKind = 'members' | 'communities';
export const largest = 256 * 1024 * 1024;

/** Fields that a column of a member list may go to, as Go knows them. */
export const importFields = [
  'given',
  'family',
  'full_name',
  'email',
  'phone',
  'role',
  'title',
  'community',
  'province',
  'language',
  'chapters',
  'term_start',
  'term_end',
  'zone',
  'notes',
  'office',
  'id',
] as const;

export class Import {
  step = $state<'choose' | 'preview' | 'running' | 'done'>('choose');
  busy = $state(false);
  preview = $state.raw<ImportPreview | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  office = $state('');
  #upload = '';
  #name = '';
  #mapping: Record<string, string> = {};
  #turn = 0;

  constructor(readonly kind: ImportKind) {}

  get name(): string {
    return this.#name || (this.preview?.file ?? '');
  }

  async take(file: File): Promise<void> {
    this.#name = file.name;
    this.#mapping = {};
    this.trouble = null;
    this.busy = true;
    try {
      if (file.size > largest)
        throw JSON.stringify({ code: 'file_too_large', text: t('error.file_too_large') });
      this.#upload = await backend.upload(file);
      await this.#look();
      this.step = 'preview';
    } catch (thrown) {
      this.#fail(thrown, 'choose');
    } finally {
      this.busy = false;
    }
  }

  /** Sends a column to another field and looks again. */
  async map(heading: string, field: string): Promise<void> {
    for (const column of this.preview?.columns ?? []) {
      this.#mapping[column.heading] ??= column.field;
    }
    this.#mapping[heading] = field;
    await this.#again();
  }

  async own(office: string): Promise<void> {
    this.office = office;
    await this.#again();
  }

  async #again(): Promise<void> {
    this.trouble = null;
    try {
      await this.#look();
    } catch (thrown) {
      this.#fail(thrown, 'preview');
    }
  }

  async #look(): Promise<void> {
    const turn = ++this.#turn;
    const preview =
      this.kind === 'members'
        ? await backend.people.PreviewMembers(this.#upload, this.#mapping, this.office)
        : await backend.people.PreviewCommunities(this.#upload);
    if (turn === this.#turn) this.preview = preview;
  }

  /** Does it. Cancelled or failed, nothing is left half done and the preview is there again. */
  async run(): Promise<void> {
    this.trouble = null;
    this.step = 'running';
    try {
      const id =
        this.kind === 'members'
          ? await backend.people.ImportMembers(this.#upload, this.#mapping, this.office)
          : await backend.people.ImportCommunities(this.#upload);
      this.preview = await jobs.follow<ImportPreview>(id);
      this.step = 'done';
    } catch (thrown) {
      this.#fail(thrown, 'preview');
    }
  }

  back(): void {
    this.step = 'choose';
    this.trouble = null;
  }

  #fail(thrown: unknown, step: 'choose' | 'preview'): void {
    this.trouble = troubleOf(thrown, t('error.unexpected'));
    this.step = this.trouble.action === 'choose-file' ? 'choose' : step;
  }
}
