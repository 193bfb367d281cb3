import { find, united } from './guests';
import type { Keep, Pairing } from './keep';
import { doubtful, Outgoing } from './outgoing.svelte';
import { Refusal, type DoorState, type Guest, type Pass, type Passed, type Trouble, type Wire } from './wire';

export type Stage = 'starting' | 'pairing' | 'open' | 'revoked' | 'over';

/** The sign that answers a tap. kept: on this phone's disk, the laptop has not answered. */
export interface Said {
  tone: 'in' | 'out' | 'look' | 'unknown' | 'refused' | 'kept' | 'lost';
  kind: 'in' | 'out';
  name: string;
  community: string;
  looks: string[];
  since: number; // 0 when nobody knew the person to be in before
  already: boolean; // in before, as this phone knows
  crowd: string;
}

/** What the gate needs of its surroundings. */
export interface Place {
  now: () => number;
  nonce: () => string;
  sound: (tone: Said['tone']) => void;
}

const signWaits = 1200; // ms for the laptop's answer, until the sign says that the pass is kept here
const beat = 5000; // ms between looks whether the laptop answers
const refresh = 120_000; // ms between lists
const lettersToSearch = 2;
const pause = 150; // ms before the laptop is asked for letters

/** Gate is the door that a phone is. */
export class Gate {
  stage = $state<Stage>('starting');
  trouble = $state<Trouble | ''>(''); // of pairing
  state = $state.raw<DoorState | null>(null);
  pairing = $state.raw<Pairing | null>(null);
  away = $state(false);
  guests = $state.raw<Guest[]>([]);
  said = $state.raw<Said | null>(null);
  saidCount = $state(0); // grows with each sign, so that the same words are announced again
  late = $state(0); // answers that a person should look at, and that came after their sign
  leaving = $state(false);
  text = $state('');
  hits = $state.raw<Guest[]>([]);
  readonly outgoing: Outgoing;
  private readonly awaited = new Set<string>(); // passes whose sign waits for the laptop
  private asked = 0;
  private listed = 0; // when the list was fetched
  private beating: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly keep: Keep,
    private readonly place: Place,
  ) {
    this.outgoing = new Outgoing(wire, keep, place.now);
  }

  /** Takes up what the phone kept. */
  async start(): Promise<void> {
    await this.outgoing.load();
    this.guests = (await this.keep.get('guests')) ?? [];
    const pairing = await this.keep.get('pairing');
    if (!pairing) {
      this.stage = 'pairing';
      return;
    }
    this.take(pairing);
    if (this.place.now() >= pairing.until) return this.end('over');
    this.stage = 'open';
    void this.look();
  }

  /** Types a code. */
  async pair(code: string, name: string): Promise<void> {
    this.trouble = '';
    try {
      const paired = await this.wire.pair(code.replace(/[\s-]/g, '').toUpperCase(), name.trim());
      const ahead = this.place.now() - Date.parse(paired.state.now);
      const { door, title, station } = paired.state;
      const until = Date.parse(paired.until) + ahead;
      const pairing = { token: paired.token, door, title, station, until };
      if (this.pairing?.door !== door) this.guests = [];
      await this.keep.set('pairing', pairing);
      this.take(pairing);
      this.state = paired.state;
      this.stage = 'open';
      this.listed = 0;
      void this.look();
    } catch (thrown) {
      this.trouble = thrown instanceof Refusal ? thrown.trouble : 'odd';
    }
  }

  /** Back to the code after this phone was shut out. */
  again(): void {
    this.stage = 'pairing';
  }

  /** Asks the laptop how things stand, sends what waits, and does so again and again. */
  async look(): Promise<void> {
    clearTimeout(this.beating);
    if (this.stage !== 'open') return;
    if (this.pairing && this.place.now() >= this.pairing.until) return this.end('over');
    try {
      await this.outgoing.send(this.took);
      this.state = await this.wire.state();
      this.away = false;
      if (this.place.now() - this.listed > refresh) await this.list();
    } catch (thrown) {
      await this.failed(thrown);
    }
    clearTimeout(this.beating);
    if (this.stage === 'open') this.beating = setTimeout(() => void this.look(), beat);
  }

  /** Letters for which people are shown: the phone's own list at once, the laptop's when it answers. */
  async search(text: string): Promise<void> {
    this.text = text;
    const mine = ++this.asked;
    const own = [...text.trim()].length < lettersToSearch ? [] : find(this.guests, text);
    this.hits = own;
    if (own.length === 0 && [...text.trim()].length < lettersToSearch) return;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (mine !== this.asked || this.away) return;
    try {
      const { items } = await this.wire.search(text.trim());
      if (mine === this.asked) this.hits = united(own, items);
    } catch (thrown) {
      await this.failed(thrown);
    }
  }

  /** Notes somebody of the list. */
  tap(guest: Guest): Promise<void> {
    return this.note({ handle: guest.handle }, guest.name, guest);
  }

  /** Notes whoever's badge the camera read. */
  badge(code: string): Promise<void> {
    return this.note({ badge: code }, '');
  }

  /** Writes down a person who is not on the list, and lets them in. */
  walkIn(given: string, family: string, community: string): Promise<void> {
    const name = `${given} ${family}`;
    return this.note({ given, family, community: community.trim() }, name, undefined, 'in');
  }

  /** The sign comes once the pass is on this phone's disk, and says what the laptop answered if it does so soon. */
  private async note(
    whose: Partial<Pass>,
    label: string,
    guest?: Guest,
    kind: 'in' | 'out' = this.leaving ? 'out' : 'in',
  ): Promise<void> {
    const already = kind === 'in' && guest?.inside === true;
    const about = { kind, name: label, community: guest?.community ?? whose.community ?? '', already };
    const pass: Pass = { ...whose, kind, at: this.place.now(), nonce: this.place.nonce() };
    void this.search('');
    const answer = this.outgoing.answerTo(pass.nonce);
    try {
      await this.outgoing.add(pass, label);
    } catch {
      return this.show({ ...blank, ...about, tone: 'lost' });
    }
    if (guest) this.mark(guest.handle, kind === 'in');
    if (!this.away) this.awaited.add(pass.nonce);
    const sending = this.outgoing.send(this.took).catch((thrown: unknown) => this.failed(thrown));
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), signWaits));
    const soon = this.away
      ? null
      : await Promise.race([answer, late, sending.then(() => Promise.race([answer, null]))]);
    this.awaited.delete(pass.nonce);
    if (this.stage !== 'open') return;
    if (soon) this.show(signOf(soon, about));
    else this.show({ ...blank, ...about, tone: 'kept' });
  }

  private show(said: Said): void {
    this.said = said;
    this.saidCount++;
    this.place.sound(said.tone);
  }

  /** The laptop answered passes: it is here, and says how many are inside. */
  private readonly took = (state: DoorState, answers: Passed[]): void => {
    this.state = state;
    this.away = false;
    for (const answer of answers) {
      if (answer.guest) this.mark(answer.guest.handle, answer.guest.inside);
      if (doubtful(answer) && !this.awaited.has(answer.nonce)) this.late++;
    }
  };

  private mark(handle: string, inside: boolean): void {
    this.guests = this.guests.map((one) => (one.handle === handle ? { ...one, inside } : one));
  }

  private async list(): Promise<void> {
    const all: Guest[] = [];
    for (let offset = 0, total = 1; offset < total;) {
      const page = await this.wire.list(offset);
      if (page.items.length === 0) break;
      all.push(...page.items.filter((guest) => guest.handle !== ''));
      offset += page.items.length;
      total = page.total;
    }
    this.guests = all;
    this.listed = this.place.now();
    await this.keep.set('guests', all);
  }

  private take(pairing: Pairing): void {
    this.pairing = pairing;
    this.wire.token = pairing.token;
    this.outgoing.door = pairing.door;
  }

  private async failed(thrown: unknown): Promise<void> {
    const trouble = thrown instanceof Refusal ? thrown.trouble : 'odd';
    if (trouble === 'revoked' || trouble === 'over') return this.end(trouble);
    if (trouble === 'away') this.away = true;
  }

  /** A phone that is no door keeps nobody's name but of those whom the laptop does not know of yet. */
  private async end(stage: 'revoked' | 'over'): Promise<void> {
    clearTimeout(this.beating);
    this.stage = stage;
    this.wire.token = '';
    this.guests = this.hits = [];
    this.said = null;
    this.outgoing.forget();
    await this.keep.forget(['pairing', 'guests', 'recent']);
  }
}

const blank = { looks: [] as string[], since: 0, already: false, crowd: '', community: '', name: '' };

/** The sign of the laptop's answer. */
function signOf(answer: Passed, about: Pick<Said, 'kind' | 'name' | 'community'>): Said {
  const { tone, looks, since, guest, crowd } = answer;
  return {
    ...{ tone, looks, since, crowd, already: false, kind: about.kind },
    name: guest?.name ?? about.name,
    community: guest?.community ?? about.community,
  };
}
