import type { Backend } from '../../backend/backend';
import type { PaperRow, PaperSheet, PaperView } from '../../backend/types';

/** A row that was typed, as it stands in the list. */
export interface TypedRow {
  id: number;
  text: string;
  /** waiting, then good, again or bad; undone when it was taken back. */
  tone: string;
  said: PaperRow | null;
}

const short = 5; // letters of a code

/** The code that a row begins with; empty while it is not whole, and of who was not on the sheet. */
export function codeOf(text: string): string {
  const [code = '', ...rest] = text.trimStart().split(/\s/);
  if (code.startsWith('+') || (code.length < short && rest.length === 0)) return '';
  return code.toUpperCase();
}

/** Paper is the typing of one door's paper: the row in the field, whose it is, and the rows before. */
export class Paper {
  view = $state.raw<PaperView | null>(null);
  station = $state('');
  day = $state('');
  text = $state('');
  look = $state.raw<PaperRow | null>(null);
  rows = $state.raw<TypedRow[]>([]);
  in = $state(0);
  out = $state(0);
  private last = 0;
  private asked = 0;
  private looked = '';
  private line: Promise<void> = Promise.resolve(); // rows are noted in the order in which they were typed

  constructor(
    private readonly of: string,
    private readonly calls: Backend['forum'],
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  get sheet(): PaperSheet {
    return { meeting: this.of, station: this.station.trim(), day: this.day };
  }

  readonly waiting = $derived(this.rows.filter((row) => row.tone === 'waiting').length);
  readonly noted = $derived(this.rows.filter((row) => row.tone === 'good').length);

  async load(station: string): Promise<void> {
    try {
      this.view = await this.calls.Paper(this.of);
      if (this.station === '')
        this.station = this.view.stations.includes(station) ? station : (this.view.stations[0] ?? '');
      if (this.day === '') this.day = this.view.days[0]?.value ?? '';
    } catch (thrown) {
      this.trouble(thrown);
    }
  }

  /** Takes what stands in the field; as soon as there is a code it is said whose it is. */
  type(text: string): void {
    this.text = text;
    const code = codeOf(text);
    if (code === this.looked && this.look?.tone !== 'wrong') return;
    this.looked = code;
    this.look = null;
    if (code !== '') void this.whose(code);
  }

  private async whose(code: string): Promise<void> {
    const mine = ++this.asked;
    try {
      const look = await this.calls.LookAtRow(this.sheet, code);
      if (mine === this.asked && this.looked === code) this.look = look;
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
  }

  /** Enter: the row is noted and the field is free for the next; one whose code is known to be wrong stays. */
  enter(): Promise<void> {
    const text = this.text.trim();
    if (text === '' || this.look?.tone === 'bad') return Promise.resolve();
    const row: TypedRow = { id: ++this.last, text, tone: 'waiting', said: null };
    this.rows = [row, ...this.rows];
    this.clear();
    const sheet = this.sheet;
    return (this.line = this.line.then(() => this.note(row, sheet)));
  }

  private async note(row: TypedRow, sheet: PaperSheet): Promise<void> {
    try {
      const said = await this.calls.EnterRow(sheet, row.text);
      this.put({ ...row, tone: said.tone, said });
      [this.in, this.out] = [said.in, said.out];
      if (said.tone === 'bad' && this.text === '') this.mend({ ...row, tone: 'bad', said });
    } catch (thrown) {
      this.put({ ...row, tone: 'bad' });
      this.trouble(thrown);
    }
  }

  /** Puts a row that was refused back into the field. */
  mend(row: TypedRow): void {
    this.rows = this.rows.filter((one) => one.id !== row.id);
    [this.text, this.looked] = [row.text, codeOf(row.text)];
    this.asked++;
    if (row.said) this.look = { ...row.said, tone: row.said.code === 'row_unknown' ? 'bad' : 'wrong' };
  }

  /** Takes the newest row that stands back. */
  undo(): Promise<void> {
    return (this.line = this.line.then(async () => {
      const row = this.rows.find((one) => one.tone === 'good' && one.said);
      if (!row?.said) return;
      try {
        const said = await this.calls.UndoRow(this.sheet, row.said.scans);
        this.put({ ...row, tone: 'undone' });
        [this.in, this.out] = [said.in, said.out];
      } catch (thrown) {
        this.trouble(thrown);
      }
    }));
  }

  private put(row: TypedRow): void {
    this.rows = this.rows.map((one) => (one.id === row.id ? row : one));
  }

  private clear(): void {
    [this.text, this.look, this.looked] = ['', null, ''];
    this.asked++;
  }
}
