import type { Backend } from '../../backend/backend';
import type { RequestDetail, RequestRow, RequestTarget } from '../../backend/types';
import { Deciding, type Status, type Write } from './deciding.svelte';

/** RequestsScreen holds this office's requests, and the one that is open beside them. */
export class RequestsScreen extends Deciding<RequestRow> {
  rows = $state.raw<RequestRow[]>([]);
  loaded = $state(false);
  targets = $state.raw<RequestTarget[]>([]);
  of = $state('');
  status = $state('open');
  detail = $state.raw<RequestDetail | null>(null);
  private asked = 0;
  private wanted = '';
  private shut = false; // the pane, by the person

  constructor(
    private readonly calls: Backend['requests'],
    write: Write,
    private readonly trouble: (thrown: unknown) => void,
  ) {
    super(write);
  }

  protected idOf(row: RequestRow): string {
    return row.id;
  }

  async load(anew = false): Promise<void> {
    const mine = ++this.asked;
    try {
      const [rows, targets] = await Promise.all([
        this.calls.Requests(this.of, this.status),
        this.calls.Targets(),
      ]);
      if (mine !== this.asked) return;
      this.show(() => ([this.rows, this.targets] = [rows, targets]));
      this.loaded = true;
      if (anew) this.turnover++;
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
  }

  /** Reads again, with the request that is open; a pane that the person closed stays closed. */
  async refresh(): Promise<void> {
    await this.load();
    if (!this.shut || this.total === 0) await this.openAt(this.selection.cursor);
  }

  openAt(at: number): Promise<void> {
    this.shut = false;
    return this.open(this.row(at)?.id ?? '');
  }

  close(): void {
    this.shut = true;
    void this.open('');
  }

  async open(id: string): Promise<void> {
    this.wanted = id;
    if (id === '') return void (this.detail = null);
    try {
      const detail = await this.calls.Request(id);
      if (this.wanted === id) this.detail = detail;
    } catch (thrown) {
      if (this.wanted === id) this.trouble(thrown);
    }
  }

  /** Decides those who are chosen; a refusal and a question ask for their words first. True when it was done at once. */
  async decide(status: Status): Promise<boolean> {
    const open = this.chosen.filter((row) => row.status === 'open');
    if (open.length === 0) return false;
    const ids = open.map((row) => row.id);
    return this.reasoned(open, status, (reason) => this.calls.DecideRequests(ids, status, reason, false));
  }

  dismiss(): Promise<boolean> {
    const ids = this.chosen.map((row) => row.id);
    return this.once(() => this.calls.DismissRequests(ids), true);
  }

  reopen(): Promise<boolean> {
    const ids = this.chosen.map((row) => row.id);
    return this.once(() => this.calls.ReopenRequests(ids), true);
  }

  /** A number key: 1 is the first candidate, 0 somebody new. False when it means nothing here. */
  choose(number: number): boolean {
    const { detail } = this;
    const candidate = detail?.candidates[number - 1];
    if (!detail || detail.row.status !== 'open' || (number > 0 && !candidate)) return false;
    void this.match(candidate?.member ?? '');
    return true;
  }

  async match(member: string): Promise<void> {
    const id = this.detail?.row.id;
    if (id && (await this.once(() => this.calls.MatchRequest(id, member)))) await this.open(id);
  }

  async set(field: string, value: string): Promise<boolean> {
    const id = this.detail?.row.id;
    if (!id) return false;
    const done = await this.once(() => this.calls.SetRequest(id, { [field]: value }));
    if (done) await this.open(id);
    return done;
  }
}
