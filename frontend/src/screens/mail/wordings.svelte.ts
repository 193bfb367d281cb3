import type { Backend } from '../../backend/backend';
import type { Letter, WordingRow, WordingsView, Written } from '../../backend/types';

type Calls = Pick<Backend['mail'], 'Wordings' | 'SetWording' | 'ResetWording' | 'PreviewWording'>;

/** WordingsScreen edits what one sort of mail says in one language. A draft outlives looking at another one. */
export class WordingsScreen {
  view = $state.raw<WordingsView | null>(null);
  sort = $state('invitation');
  language = $state('en');
  letter = $state.raw<Letter | null>(null);
  /** The sentence that says what is wrong with the draft. */
  wrong = $state('');
  busy = $state(false);
  private drafts = $state<Record<string, { subject: string; text: string }>>({});

  constructor(
    private readonly calls: Calls,
    private readonly sentence: (thrown: unknown) => string,
    language = 'en',
  ) {
    this.language = language;
  }

  private get key(): string {
    return `${this.sort} ${this.language}`;
  }

  get kept(): WordingRow | undefined {
    return this.view?.rows.find((row) => row.sort === this.sort && row.language === this.language);
  }

  get subject(): string {
    return this.drafts[this.key]?.subject ?? this.kept?.subject ?? '';
  }

  set subject(subject: string) {
    this.drafts[this.key] = { subject, text: this.text };
  }

  get text(): string {
    return this.drafts[this.key]?.text ?? this.kept?.text ?? '';
  }

  set text(text: string) {
    this.drafts[this.key] = { subject: this.subject, text };
  }

  get changed(): boolean {
    return this.subject !== (this.kept?.subject ?? '') || this.text !== (this.kept?.text ?? '');
  }

  async load(): Promise<void> {
    this.view = await this.calls.Wordings();
  }

  show(sort: string, language: string): void {
    this.sort = sort;
    this.language = language;
    this.wrong = '';
  }

  private row(): WordingRow {
    return { sort: this.sort, language: this.language, subject: this.subject, text: this.text, own: true };
  }

  /** Fills the draft for a member; what cannot be filled is said. */
  async preview(about: string, member: string): Promise<void> {
    try {
      this.letter = await this.calls.PreviewWording(this.row(), about, member);
      this.wrong = '';
    } catch (thrown) {
      this.letter = null;
      this.wrong = this.sentence(thrown);
    }
  }

  save(): Promise<Written | null> {
    return this.does(() => this.calls.SetWording(this.row()));
  }

  reset(): Promise<Written | null> {
    return this.does(() => this.calls.ResetWording(this.sort, this.language));
  }

  private async does(work: () => Promise<Written>): Promise<Written | null> {
    if (this.busy) return null;
    this.busy = true;
    this.wrong = '';
    const key = this.key;
    try {
      const done = await work();
      await this.load();
      const { [key]: gone, ...others } = this.drafts;
      void gone;
      this.drafts = others;
      return done;
    } catch (thrown) {
      this.wrong = this.sentence(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }
}

/** Puts a placeholder where the cursor stands. */
export function inserted(text: string, holder: string, from: number, to: number): string {
  return `${text.slice(0, from)}{${holder}}${text.slice(to)}`;
}
