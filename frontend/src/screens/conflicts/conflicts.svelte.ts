import type { Backend } from '../../backend/backend';
import type { ConflictRow, Written } from '../../backend/types';

export type Rule = 'mine' | 'theirs' | 'newest';
/** Runs a write and tells the person how it went; null when it failed. */
export type Write = (work: () => Promise<Written>) => Promise<Written | null>;

/** ConflictsScreen holds what waits for a choice, which card has the focus, and a third value being written. */
export class ConflictsScreen {
  rows = $state.raw<ConflictRow[]>([]);
  loaded = $state(false);
  focused = $state(0);
  writing = $state(''); // id of the conflict a third value is written for
  draft = $state('');
  asking = $state<Rule | ''>(''); // a rule for all that waits for a yes
  /** Ids of the conflicts that are selected. */
  picked = $state.raw<readonly string[]>([]);
  private settling = false;

  constructor(
    private readonly calls: Backend['people'],
    private readonly write: Write,
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  /** Reads the conflicts; the focus stays on its card, and when that is settled goes to the one in its place. */
  async load(): Promise<void> {
    try {
      const rows = await this.calls.Conflicts();
      const focused = this.rows[this.focused]?.id;
      const at = rows.findIndex((row) => row.id === focused);
      this.rows = rows;
      this.loaded = true;
      this.focused = Math.max(0, Math.min(at >= 0 ? at : this.focused, rows.length - 1));
      if (!this.rows.some((row) => row.id === this.writing)) this.leave();
      this.picked = this.picked.filter((id) => this.rows.some((row) => row.id === id));
    } catch (thrown) {
      this.trouble(thrown);
    }
  }

  /** Whether there is anything written by this laptop, for "all of mine" to mean something. */
  get someMine(): boolean {
    return this.rows.some((row) => row.values.some((value) => value.mine));
  }

  pick(id: string, on: boolean): void {
    this.picked = on
      ? [...this.picked.filter((one) => one !== id), id]
      : this.picked.filter((one) => one !== id);
  }

  /** Turns the selection of the focused card. */
  turn(): void {
    const id = this.rows[this.focused]?.id;
    if (id) this.pick(id, !this.picked.includes(id));
  }

  pickAll(on: boolean): void {
    this.picked = on ? this.rows.map((row) => row.id) : [];
  }

  private get chosen(): ConflictRow[] {
    return this.rows.filter((row) => this.picked.includes(row.id));
  }

  /** Whether this laptop wrote a side of any selected one. */
  get chosenMine(): boolean {
    return this.chosen.some((row) => row.values.some((value) => value.mine));
  }

  /** The others who wrote sides of the selected ones, by laptop. */
  get authors(): { device: string; who: string }[] {
    const seen: Record<string, string> = {};
    for (const row of this.chosen)
      for (const value of row.values) if (!value.mine) seen[value.device] ??= value.who;
    return Object.entries(seen).map(([device, who]) => ({ device, who }));
  }

  /** Settles the selected ones by one rule; undo takes all of it back. */
  async settleSome(rule: Rule | 'author', author = ''): Promise<void> {
    const ids = [...this.picked];
    if (ids.length > 0) await this.once(() => this.calls.SettleSome(ids, rule, author));
  }

  move(by: number): void {
    this.focused = Math.max(0, Math.min(this.rows.length - 1, this.focused + by));
  }

  /**
   * A number key on the focused card: keeps that value, or after the last one writes another.
   * False when the number means nothing here.
   */
  press(number: number): boolean {
    const row = this.rows[this.focused];
    if (!row || number < 1) return false;
    if (number <= row.values.length) void this.settle(row, number - 1);
    else if (number === row.values.length + 1 && !row.deleted) this.begin(row);
    else return false;
    return true;
  }

  /** Keeps one of the values. */
  async settle(row: ConflictRow, choice: number): Promise<void> {
    await this.once(() => this.calls.Settle(row.id, choice));
  }

  /** Begins a third value, with the first one as its start. */
  begin(row: ConflictRow): void {
    this.writing = row.id;
    this.draft = row.values[0]?.text ?? '';
  }

  leave(): void {
    this.writing = '';
    this.draft = '';
  }

  /** Writes the third value; a failure leaves its text where it is. */
  async settleWith(row: ConflictRow): Promise<void> {
    const text = this.draft.trim();
    if (await this.once(() => this.calls.SettleWith(row.id, text))) this.leave();
  }

  /** Settles all by the rule that was asked for. */
  async settleAll(): Promise<void> {
    const rule = this.asking;
    this.asking = '';
    if (rule !== '') await this.once(() => this.calls.SettleAll(rule));
  }

  /** One write at a time: a key held down must not settle the card that moves up. */
  private async once(work: () => Promise<Written>): Promise<boolean> {
    if (this.settling) return false;
    this.settling = true;
    const done = await this.write(work);
    if (done) await this.load();
    this.settling = false;
    return done !== null;
  }
}
