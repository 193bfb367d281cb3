import type { Backend } from '../../backend/backend';
import type { RequestDetail, RequestRow, RequestTarget, Written } from '../../backend/types';

export type Status = 'approved' | 'declined' | 'asked' | 'waitlisted' | 'withdrawn';
/** Runs a write and tells the person how it went; null when it failed. */
export type Write = (work: () => Promise<Written>) => Promise<Written | null>;

/** A decision that needs a reason, while it is being written. */
export interface Asking {
  status: 'declined' | 'asked';
  names: string[];
  /** What the rule says of the first. */
  why: string;
  go: (reason: string) => Promise<boolean>;
}

/** RequestsScreen holds this office's requests, and the one that is open beside them. */
export class RequestsScreen {
  rows = $state.raw<RequestRow[]>([]);
  loaded = $state(false);
  turnover = $state(0);
  targets = $state.raw<RequestTarget[]>([]);
  of = $state('');
  status = $state('open');
  detail = $state.raw<RequestDetail | null>(null);
  asking = $state.raw<Asking | null>(null);
  private asked = 0;
  private wanted = '';
  private deciding = false;

  constructor(
    private readonly calls: Backend['requests'],
    private readonly write: Write,
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  get total(): number {
    return this.rows.length;
  }

  row(at: number): RequestRow | undefined {
    return this.rows[at];
  }

  async load(anew = false): Promise<void> {
    const mine = ++this.asked;
    try {
      const [rows, targets] = await Promise.all([
        this.calls.Requests(this.of, this.status),
        this.calls.Targets(),
      ]);
      if (mine !== this.asked) return;
      [this.rows, this.targets] = [rows, targets];
      this.loaded = true;
      if (anew) this.turnover++;
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
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

  /** Decides the rows given; a refusal and a question ask for their words first. True when it was done at once. */
  async decide(rows: RequestRow[], status: Status): Promise<boolean> {
    const open = rows.filter((row) => row.status === 'open');
    if (open.length === 0) return false;
    const ids = open.map((row) => row.id);
    if (status !== 'declined' && status !== 'asked')
      return this.once(() => this.calls.DecideRequests(ids, status, '', false));
    const [first] = open;
    this.asking = {
      status,
      names: open.map((row) => row.name),
      why: first && first.verdict !== 'eligible' ? first.why : '',
      go: (reason) => this.once(() => this.calls.DecideRequests(ids, status, reason, false)),
    };
    return false;
  }

  dismiss(rows: RequestRow[]): Promise<boolean> {
    return this.once(() => this.calls.DismissRequests(rows.map((row) => row.id)));
  }

  reopen(rows: RequestRow[]): Promise<boolean> {
    return this.once(() => this.calls.ReopenRequests(rows.map((row) => row.id)));
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

  /** One write at a time: a key held down must not decide the request that moves up. */
  private async once(work: () => Promise<Written>): Promise<boolean> {
    if (this.deciding) return false;
    this.deciding = true;
    const done = await this.write(work);
    if (done) await this.load();
    this.deciding = false;
    return done !== null;
  }
}
