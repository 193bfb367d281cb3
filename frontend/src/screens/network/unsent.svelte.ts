import type { Backend } from '../../backend/backend';
import type { UnsentRow, Written } from '../../backend/types';

type Calls = Pick<Backend['network'], 'TakeUnsent' | 'LetGoUnsent'>;

/** UnsentChoice is which of the changes that never went out are meant. A new list forgets what was picked: places move. */
export class UnsentChoice {
  picked = $state.raw<readonly number[]>([]);
  busy = $state(false);

  constructor(
    private readonly calls: Calls,
    private readonly rows: () => UnsentRow[],
  ) {}

  get all(): boolean {
    const rows = this.rows();
    return rows.length > 0 && rows.every((row) => this.picked.includes(row.which));
  }

  pick(which: number, on: boolean): void {
    this.picked = on ? [...this.picked, which] : this.picked.filter((one) => one !== which);
  }

  pickAll(on: boolean): void {
    this.picked = on ? this.rows().map((row) => row.which) : [];
  }

  take(): Promise<Written | null> {
    return this.does((which) => this.calls.TakeUnsent(which));
  }

  letGo(): Promise<Written | null> {
    return this.does((which) => this.calls.LetGoUnsent(which));
  }

  private async does(work: (which: number[]) => Promise<Written>): Promise<Written | null> {
    if (this.busy || this.picked.length === 0) return null;
    this.busy = true;
    try {
      const done = await work([...this.picked].sort((a, b) => a - b));
      this.picked = [];
      return done;
    } finally {
      this.busy = false;
    }
  }
}
