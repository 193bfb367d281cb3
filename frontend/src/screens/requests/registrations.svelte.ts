import type { Backend } from '../../backend/backend';
import type { RegistrationRow, RegistrationView } from '../../backend/types';
import { Deciding, type Status, type Write } from './deciding.svelte';

export const states = ['requested', 'asked', 'approved', 'waitlisted', 'declined', 'withdrawn'] as const;

/** RegistrationsScreen holds everybody who is registered for one meeting, series or programme. */
export class RegistrationsScreen extends Deciding<RegistrationRow> {
  view = $state.raw<RegistrationView | null>(null);
  only = $state('');
  private asked = 0;

  constructor(
    private readonly of: string,
    private readonly calls: Backend['requests'],
    write: Write,
    private readonly trouble: (thrown: unknown) => void,
    /** Asks before more are let in than there are places. */
    private readonly over: (view: RegistrationView, more: number) => Promise<boolean>,
  ) {
    super(write);
  }

  protected idOf(row: RegistrationRow): string {
    return row.member;
  }

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

  filter(status: string): void {
    this.only = status;
    this.selection.next(0, this.total);
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
      if (mine === this.asked) this.show(() => (this.view = view));
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
  }

  /** Decides those who are chosen and are not so already; more than there are places for only when the person is sure. */
  async decide(status: Status): Promise<void> {
    const some = this.chosen.filter((row) => row.status !== status);
    if (some.length === 0 || !this.view) return;
    const { places, free } = this.view.state;
    const more = status === 'approved' && places > 0 ? some.length - free : 0;
    const over = more > 0 && free === 0;
    if (over && !(await this.over(this.view, more))) return;
    const members = some.map((row) => row.member);
    await this.reasoned(some, status, (reason) =>
      this.calls.DecideRegistrations(this.of, members, status, reason, over),
    );
  }

  async register(member: string): Promise<void> {
    await this.once(() => this.calls.Register(this.of, member, 'approved', ''));
  }

  async promote(): Promise<void> {
    await this.once(() => this.calls.Promote(this.of));
  }
}
