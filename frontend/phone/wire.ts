/** What a phone and the laptop at the door say to each other; docs/PHONES.md has it in words. */

export interface DoorState {
  door: string;
  title: string;
  station: string;
  present: number;
  places: number;
  now: string;
  until: string;
}

export interface Guest {
  handle: string;
  name: string;
  community: string;
  role: string;
  inside: boolean;
}

/** One arrival or departure. Exactly one of handle, badge, and given with family says whose. */
export interface Pass {
  kind: 'in' | 'out';
  at: number;
  nonce: string;
  handle?: string;
  badge?: string;
  given?: string;
  family?: string;
  community?: string;
}

/** The laptop's answer to one pass: with `done` it is on its disk, and need not be sent again. */
export interface Passed {
  nonce: string;
  done: boolean;
  again: boolean;
  tone: 'in' | 'out' | 'look' | 'unknown' | 'refused';
  looks: string[];
  since: number;
  guest: Guest | null;
  crowd: string;
}

export interface Paired {
  token: string;
  phone: string;
  until: string;
  state: DoorState;
}

/** Why the laptop gave no answer: it is out of reach, the code is wrong, too many asked, this phone was shut out, the day is over. */
export type Trouble = 'away' | 'code' | 'pace' | 'revoked' | 'over' | 'odd';

export class Refusal extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

const troubles: Record<number, Trouble> = { 401: 'revoked', 403: 'code', 410: 'over', 429: 'pace' };
const patience = 6000; // ms for one answer

/** Wire asks the laptop that the page came from, as the phone that it is paired as. */
export class Wire {
  token = '';

  constructor(
    private readonly lang: () => string,
    private readonly ask: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  pair = (code: string, name: string) => this.post<Paired>('pair', { code, name });
  state = () => this.post<DoorState>('state', {});
  search = (text: string) => this.post<{ items: Guest[] }>('search', { text });
  list = (offset: number) => this.post<{ items: Guest[]; total: number }>('list', { offset });
  passes = (now: number, passes: Pass[]) =>
    this.post<{ passes: Passed[]; state: DoorState }>('passes', { now, passes });

  private async post<T>(what: string, body: unknown): Promise<T> {
    let answer: Response;
    try {
      answer = await this.ask(`/api/${what}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Accept-Language': this.lang(),
          ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        },
        body: JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(patience),
      });
      if (answer.ok) return (await answer.json()) as T;
    } catch {
      throw new Refusal('away');
    }
    throw new Refusal(troubles[answer.status] ?? 'odd');
  }
}
