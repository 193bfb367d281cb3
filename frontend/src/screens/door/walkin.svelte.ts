import type { Backend } from '../../backend/backend';
import type { CommunityRow } from '../../backend/types';

/** Where a walk-in comes from is completed from what this laptop holds, with no network. */
export type CommunityCalls = Pick<Backend['people'], 'Communities'>;

const shown = 6; // communities at most, so that the list fits beside the form

/** WalkIn is the form for a person who is not on the list: a name, a community, perhaps a role. */
export class WalkIn {
  name = $state('');
  role = $state('');
  text = $state('');
  hits = $state.raw<CommunityRow[]>([]);
  chosen = $state(0);
  community = $state(''); // id; empty while the text is no community
  email = $state('');
  error = $state<'' | 'need-name'>('');
  addressError = $state<'' | 'bad-email'>('');
  private asked = 0;

  constructor(private readonly calls: CommunityCalls) {}

  /** The letters of a community: asks for those that they may begin. */
  async search(text: string): Promise<void> {
    this.text = text;
    this.community = '';
    const mine = ++this.asked;
    if (text.trim() === '') return this.found([]);
    try {
      const page = await this.calls.Communities(queryFor(text.trim()));
      if (mine === this.asked) this.found(page.rows);
    } catch {
      if (mine === this.asked) this.found([]); // the community may stay empty: the door goes on
    }
  }

  move(by: number): void {
    const all = this.hits.length;
    if (all > 0) this.chosen = (this.chosen + by + all) % all;
  }

  pick(row: CommunityRow): void {
    this.community = row.id;
    this.text = row.name;
    this.found([]);
  }

  /** Enter in the community's field: takes the one chosen, and tells whether there was one to take. */
  take(): boolean {
    const row = this.hits[this.chosen];
    if (row) this.pick(row);
    return row !== undefined;
  }

  /** Whether a given name and a family name are there. */
  named(): boolean {
    this.error = /\S\s+\S/.test(this.name.trim()) ? '' : 'need-name';
    return this.error === '';
  }

  /** Whether the person can be let in: with a name, and an address that is one or none. */
  ready(): boolean {
    const address = this.email.trim();
    this.addressError =
      address === '' || /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(address) ? '' : 'bad-email';
    return this.named() && this.addressError === '';
  }

  /** What is written down. */
  get arrival() {
    return {
      name: this.name.trim(),
      community: this.community || this.text.trim(),
      role: this.role,
      email: this.email.trim(),
    };
  }

  private found(rows: CommunityRow[]): void {
    this.hits = rows;
    this.chosen = 0;
  }
}

function queryFor(text: string) {
  const open = { chapter: '', community: '', role: '', province: '', office: '', language: '' };
  return { ...open, text, endsWithin: 0, offset: 0, limit: shown };
}
