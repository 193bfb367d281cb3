/** A platform's report: hand over the file, see how it was read and what it would change, answer who strangers are, take it in. */
import type { Backend } from '../../backend/backend';
import type { ReportChoices, ReportView, StrangerRow, Written } from '../../backend/types';
import { type Trouble, troubleOf } from '../../errors';
import { t } from '../../words/words.svelte';
import { largest } from '../import/import.svelte';

/** What is answered for somebody who is no member. */
export const nobody = 'nobody';
const askAgain = '?';

interface Surroundings {
  upload: Backend['upload'];
  follow: (job: string) => Promise<ReportView>;
}

export class Report {
  step = $state<'choose' | 'look' | 'running' | 'done'>('choose');
  busy = $state(false);
  view = $state.raw<ReportView | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Which stranger is asked about. */
  at = $state(0);
  back = $state(false); // it was taken back
  private answers = $state.raw<ReadonlyMap<number, string>>(new Map());
  private choices: Omit<ReportChoices, 'answers'>;
  private file = '';
  private turn = 0;

  constructor(
    private readonly calls: Backend['after'],
    private readonly around: Surroundings,
    meeting = '',
  ) {
    this.choices = { ...none, meeting };
  }

  /** Those nobody has named yet. An answer counts at once; what Go makes of it follows. */
  readonly strangers = $derived.by(() =>
    (this.view?.strangers ?? []).filter((one) => (this.answers.get(one.row) ?? askAgain) === askAgain),
  );

  get asked(): StrangerRow | undefined {
    return this.strangers[Math.min(this.at, this.strangers.length - 1)];
  }

  /** How many are not named yet, those beyond the first hundreds too. */
  get left(): number {
    return this.view ? this.view.strangersAll - (this.view.strangers.length - this.strangers.length) : 0;
  }

  /** Whether taking it in would change anything. */
  get changes(): boolean {
    return (this.view?.changesAll ?? 0) > 0;
  }

  async take(file: File): Promise<void> {
    this.trouble = null;
    this.busy = true;
    this.answers = new Map();
    this.choices = { ...none, meeting: this.choices.meeting };
    try {
      if (file.size > largest)
        throw JSON.stringify({ code: 'file_too_large', text: t('error.file_too_large') });
      this.file = await this.around.upload(file);
      await this.look();
      this.step = 'look';
    } catch (thrown) {
      this.fail(thrown, 'choose');
    } finally {
      this.busy = false;
    }
  }

  /** Says one thing otherwise than it was found out, and looks again. */
  async say(what: Partial<Omit<ReportChoices, 'answers'>>): Promise<void> {
    this.choices = { ...this.choices, ...what };
    await this.again();
  }

  /** Another field for a column; no two columns hold the same. */
  async map(at: number, field: string): Promise<void> {
    const fields = (this.view?.columns ?? []).map((column) => (column.field === field ? '' : column.field));
    fields[at] = field;
    await this.say({ layout: 'columns', fields });
  }

  async answer(row: number, member: string): Promise<void> {
    this.answers = new Map(this.answers).set(row, member);
    this.at = Math.max(0, Math.min(this.at, this.strangers.length - 1));
    await this.again();
  }

  /** Asks about somebody again who is known by an answer, of now or of another time. */
  async ask(row: number): Promise<void> {
    this.answers = new Map(this.answers).set(row, askAgain);
    await this.again();
    this.at = Math.max(
      0,
      this.strangers.findIndex((one) => one.row === row),
    );
  }

  move(by: number): void {
    this.at = Math.max(0, Math.min(this.strangers.length - 1, this.at + by));
  }

  async run(): Promise<void> {
    this.trouble = null;
    this.step = 'running';
    try {
      this.view = await this.around.follow(await this.calls.TakeReport(this.file, this.chosen()));
      this.step = 'done';
    } catch (thrown) {
      this.fail(thrown, 'look');
    }
  }

  async takeBack(write: (work: () => Promise<Written>) => Promise<Written | null>): Promise<void> {
    const taken = this.view?.taken ?? '';
    if (await write(() => this.calls.TakeBack(taken))) this.back = true;
  }

  anew(): void {
    this.step = 'choose';
    this.view = null;
    this.trouble = null;
    this.back = false;
    this.at = 0;
  }

  private chosen(): ReportChoices {
    const answers = [...this.answers].map(([row, member]) => ({ row, member }));
    return { ...this.choices, answers } as ReportChoices;
  }

  private async again(): Promise<void> {
    this.trouble = null;
    try {
      await this.look();
    } catch (thrown) {
      this.fail(thrown, 'look');
    }
  }

  /** Looks at the file with what was said; the newest look wins. */
  private async look(): Promise<void> {
    const mine = ++this.turn;
    const view = await this.calls.PreviewReport(this.file, this.chosen());
    if (mine !== this.turn) return;
    this.view = view;
    this.choices.meeting ||= view.meeting;
  }

  private fail(thrown: unknown, step: 'choose' | 'look'): void {
    this.trouble = troubleOf(thrown, t('error.unexpected'));
    this.step = this.trouble.action === 'choose-file' ? 'choose' : step;
  }
}

const none = { meeting: '', layout: '', days: '', zone: '', fields: [] as string[] };
