import type { Backend } from '../../backend/backend';
import type { IncomingRow, Written } from '../../backend/types';

type Calls = Pick<Backend['mail'], 'Incoming' | 'Settle'>;

/** IncomingScreen is what came back by mail, and the one that is looked at. */
export class IncomingScreen {
  rows = $state.raw<IncomingRow[]>([]);
  at = $state(0);
  all = $state(false);
  loaded = $state(false);
  private turn = 0;

  constructor(
    private readonly calls: Calls,
    private readonly write: (work: () => Promise<Written>) => Promise<Written | null>,
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  get chosen(): IncomingRow | undefined {
    return this.rows[this.at];
  }

  /** Asks again and stays with the mail that is looked at, else with its place. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      const rows = (await this.calls.Incoming(!this.all)) ?? [];
      if (turn !== this.turn) return;
      const same = rows.findIndex((row) => row.id === this.chosen?.id);
      this.rows = rows;
      this.at = same >= 0 ? same : Math.max(0, Math.min(this.at, rows.length - 1));
      this.loaded = true;
    } catch (thrown) {
      this.trouble(thrown);
    }
  }

  move(step: number): void {
    this.at = Math.max(0, Math.min(this.rows.length - 1, this.at + step));
  }

  /** Settles what is looked at; the next one takes its place. */
  async settle(): Promise<boolean> {
    const one = this.chosen;
    if (!one?.open) return false;
    const done = await this.write(() => this.calls.Settle([one.id]));
    await this.load();
    return done !== null;
  }
}
