import type { Backend } from '../../backend/backend';
import type { RegistrationRow, RegistrationView } from '../../backend/types';
import type { Asking, Status, Write } from './requests.svelte';

export const states = ['requested', 'asked', 'approved', 'waitlisted', 'declined', 'withdrawn'] as const;

/** RegistrationsScreen holds everybody who is registered for one meeting, series or programme. */
export class RegistrationsScreen {
  view = $state.raw<RegistrationView | null>(null);
  turnover = $state(0);
  only = $state('');
  asking = $state.raw<Asking | null>(null);
  private asked = 0;

  constructor(
    private readonly of: string,
    private readonly calls: Backend['requests'],
    private readonly write: Write,
    private readonly trouble: (thrown: unknown) => void,
    /** Asks before more are let in than there are places. */
    private readonly over: (view: RegistrationView, more: number) => Promise<boolean>,
  ) {}

  readonly rows = $derived(
    (this.view?.rows ?? []).filter((row) => this.only === '' || row.status === this.only),
  );

  readonly counts = $derived(
    (this.view?.rows ?? []).reduce<Record<string, number>>((sum, row) => {
      sum[row.status] = (sum[row.status] ?? 0) + 1;
      return sum;
    }, {}),
  );

  get loaded(): boolean {
    return this.view !== null;
  }

  get total(): number {
    return this.rows.length;
  }

  row(at: number): RegistrationRow | undefined {
    return this.rows[at];
  }

  /** How many of those who wait have a free place now. */
  get promotable(): number {
    const { free = 0, waiting = 0 } = this.view?.state ?? {};
    return free < 0 ? waiting : Math.min(free, waiting);
  }

  async load(): Promise<void> {
    const mine = ++this.asked;
    try {
      const view = await this.calls.Registrations(this.of);
      if (mine === this.asked) this.view = view;
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
  }

  async decide(rows: RegistrationRow[], status: Status): Promise<void> {
    const some = rows.filter((row) => row.status !== status);
    if (some.length === 0 || !this.view) return;
    if (status === 'declined' || status === 'asked') {
      const first = some[0];
      this.asking = {
        status,
        names: some.map((row) => row.name),
        why: first && first.verdict !== 'eligible' ? first.why : '',
        go: (reason) => this.put(some, status, reason, false),
      };
      return;
    }
    const { places, free } = this.view.state;
    const more = status === 'approved' && places > 0 ? some.length - free : 0;
    if (more > 0 && free === 0 && !(await this.over(this.view, more))) return;
    await this.put(some, status, '', more > 0 && free === 0);
  }

  async register(member: string): Promise<void> {
    if (await this.write(() => this.calls.Register(this.of, member, 'approved', ''))) await this.load();
  }

  async promote(): Promise<void> {
    if (await this.write(() => this.calls.Promote(this.of))) await this.load();
  }

  private async put(
    rows: RegistrationRow[],
    status: Status,
    reason: string,
    over: boolean,
  ): Promise<boolean> {
    const members = rows.map((row) => row.member);
    const done = await this.write(() =>
      this.calls.DecideRegistrations(this.of, members, status, reason, over),
    );
    if (done) await this.load();
    return done !== null;
  }
}
