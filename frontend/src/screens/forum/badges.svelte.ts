import type { Backend } from '../../backend/backend';
import type { BadgeFormat, BadgeOrder, BadgePlan, BadgeRow } from '../../backend/types';

export type Who = 'all' | 'new' | 'chosen';
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Badges is an order for badges while it is put together. */
export class Badges {
  formats = $state.raw<BadgeFormat[]>([]);
  people = $state.raw<BadgeRow[]>([]);
  plan = $state.raw<BadgePlan | null>(null);
  who = $state<Who>('all');
  format = $state('');
  sort = $state('name');
  skip = $state(0);
  text = $state('');
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  private asked = 0;

  constructor(
    private readonly of: string,
    private readonly calls: Backend['forum'],
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  readonly shape = $derived(this.formats.find((one) => one.name === this.format));
  /** Labels that are used up one by one: plain paper is cut, and a label printer has one label a page. */
  readonly labels = $derived(
    this.shape && this.shape.cols * this.shape.rows > 1 && !['a4', 'letter'].includes(this.shape.name)
      ? this.shape.cols * this.shape.rows
      : 0,
  );
  readonly found = $derived(
    this.people.filter((one) => fold(`${one.name} ${one.community}`).includes(fold(this.text.trim()))),
  );

  get order(): BadgeOrder {
    return {
      meeting: this.of,
      who: this.who,
      members: this.who === 'chosen' ? [...this.chosen] : [],
      format: this.format,
      sort: this.sort,
      skip: this.skip,
    };
  }

  async load(format: string): Promise<void> {
    try {
      [this.formats, this.people] = await Promise.all([
        this.calls.BadgeFormats(),
        this.calls.BadgePeople(this.of),
      ]);
      this.format = this.formats.some((one) => one.name === format) ? format : (this.formats[0]?.name ?? '');
    } catch (thrown) {
      this.trouble(thrown);
    }
  }

  /** Asks what the order would print; the newest question wins. */
  async look(): Promise<void> {
    const mine = ++this.asked;
    if (this.format === '') return;
    if (this.skip >= Math.max(this.labels, 1)) this.skip = 0;
    try {
      const plan = await this.calls.PlanBadges(this.order);
      if (mine === this.asked) this.plan = plan;
    } catch (thrown) {
      if (mine === this.asked) this.trouble(thrown);
    }
  }

  choose(member: string, on: boolean): void {
    const chosen = new Set(this.chosen);
    if (on) chosen.add(member);
    else chosen.delete(member);
    this.chosen = chosen;
  }
}
