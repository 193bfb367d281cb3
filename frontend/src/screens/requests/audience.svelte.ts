import type { Backend } from '../../backend/backend';
import type { AudienceChoices, AudienceNode, AudienceView } from '../../backend/types';

export type Op = 'all' | 'any' | 'none';
type Calls = Pick<Backend['requests'], 'Audience' | 'AudienceOf' | 'AudienceChoices'>;

/** One line of the editor: a condition, or a group with the lines one step deeper after it. */
export interface Line {
  key: number;
  depth: number; // 1 below the rule itself, 2 within a group
  op: '' | Op;
  name: string;
  values: string[];
}

let made = 0;
const line = (depth: number, op: '' | Op, name = '', values: string[] = []): Line => ({
  key: ++made,
  depth,
  op,
  name,
  values,
});

/** AudienceEditor is a rule of who may come while it is being put together; Go says what it means and whom it reaches. */
export class AudienceEditor {
  op = $state<Op>('all');
  lines = $state.raw<Line[]>([]);
  choices = $state.raw<AudienceChoices>({ presets: [], conditions: [] } as unknown as AudienceChoices);
  view = $state.raw<AudienceView | null>(null);
  wrong = $state('');
  /** Rules of more depth than the lines can show have no lines: they stay as they are until another is chosen. */
  deep = $state(false);
  private asked = 0;

  constructor(
    private readonly calls: Calls,
    private readonly of: string,
    private readonly say: (thrown: unknown) => string,
  ) {}

  async begin(rule: string): Promise<void> {
    try {
      [this.choices, this.view] = await Promise.all([
        this.calls.AudienceChoices(),
        this.calls.Audience(rule, this.of),
      ]);
      this.take(this.view.nodes);
    } catch (thrown) {
      this.wrong = this.say(thrown);
    }
  }

  /** The parts as Go takes them; conditions without a value are not asked yet. */
  get nodes(): AudienceNode[] {
    const full = this.lines.filter((one) => one.op !== '' || this.complete(one));
    if (full.length === 0) return [];
    return [
      { depth: 0, op: this.op, name: '', values: [] },
      ...full.map(({ depth, op, name, values }) => ({ depth, op, name, values })),
    ];
  }

  complete(one: Line): boolean {
    const condition = this.choices.conditions.find((known) => known.name === one.name);
    return one.values.length > 0 || (condition?.values.length === 0 && !condition.people && !condition.day);
  }

  take(nodes: AudienceNode[]): void {
    this.deep = nodes.some((node) => node.depth > 2);
    if (this.deep) return void (this.lines = []);
    const [top] = nodes;
    const grouped = top?.op ? nodes.slice(1) : nodes.map((node) => ({ ...node, depth: node.depth + 1 }));
    this.op = (top?.op || 'all') as Op;
    this.lines = grouped.map((node) => line(node.depth, node.op as '' | Op, node.name, node.values ?? []));
  }

  async preset(rule: string): Promise<void> {
    await this.show(() => this.calls.Audience(rule, this.of));
    if (this.view) this.take(this.view.nodes);
  }

  /** No rule of its own. */
  nothing(): Promise<void> {
    return this.preset('');
  }

  /** Everybody, also where a rule above says less. */
  everybody(): Promise<void> {
    return this.preset('all()');
  }

  /** Begins anew in place of a rule that cannot be shown. */
  replace(): void {
    this.deep = false;
    this.add('role');
  }

  add(name: string): void {
    this.put([...this.lines, line(1, '', name)]);
  }

  addGroup(): void {
    this.put([...this.lines, line(1, 'any'), line(2, '', 'role')]);
  }

  /** A condition within the group that begins at a line. */
  addWithin(key: number): void {
    const at = this.lines.findIndex((one) => one.key === key);
    let end = at + 1;
    while (this.lines[end]?.depth === 2) end++;
    this.put([...this.lines.slice(0, end), line(2, '', 'role'), ...this.lines.slice(end)]);
  }

  remove(key: number): void {
    const at = this.lines.findIndex((one) => one.key === key);
    const gone = this.lines[at];
    let end = at + 1;
    if (gone?.op) while (this.lines[end]?.depth === 2) end++;
    this.put([...this.lines.slice(0, at), ...this.lines.slice(end)]);
  }

  change(key: number, to: Partial<Line>): void {
    this.put(this.lines.map((one) => (one.key === key ? { ...one, ...to } : one)));
  }

  turn(one: Line, value: string): void {
    const values = one.values.includes(value)
      ? one.values.filter((known) => known !== value)
      : [...one.values, value];
    this.change(one.key, { values });
  }

  setOp(op: Op): void {
    this.op = op;
    this.put(this.lines);
  }

  private put(lines: Line[]): void {
    this.lines = lines;
    void this.show(() => this.calls.AudienceOf(this.nodes, this.of));
  }

  /** The newest question wins. */
  private async show(ask: () => Promise<AudienceView>): Promise<void> {
    const mine = ++this.asked;
    try {
      const view = await ask();
      if (mine !== this.asked) return;
      this.view = view;
      this.wrong = '';
    } catch (thrown) {
      if (mine === this.asked) this.wrong = this.say(thrown);
    }
  }
}
