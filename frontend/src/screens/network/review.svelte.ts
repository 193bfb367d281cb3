import type { Backend } from '../../backend/backend';
import type { ProposalRow, ReviewView, Written } from '../../backend/types';

type Calls = Pick<Backend['network'], 'Review' | 'AcceptChanges'>;

/** ObjectReview is one object that was set aside, opened: its changes, and which of them are to be taken in. */
export class ObjectReview {
  view = $state.raw<ReviewView | null>(null);
  picked = $state.raw<readonly number[]>([]);
  busy = $state(false);

  constructor(
    private readonly calls: Calls,
    private readonly key: string,
  ) {}

  async load(): Promise<void> {
    this.view = await this.calls.Review(this.key);
  }

  /** What can be taken in: all that would change something. */
  get open(): ProposalRow[] {
    return (this.view?.changes ?? []).filter((change) => !change.same);
  }

  get allPicked(): boolean {
    return this.open.length > 0 && this.open.every((change) => this.picked.includes(change.which));
  }

  pick(which: number, on: boolean): void {
    this.picked = on ? [...this.picked, which] : this.picked.filter((one) => one !== which);
  }

  pickAll(on: boolean): void {
    this.picked = on ? this.open.map((change) => change.which) : [];
  }

  /** Takes in what was picked, in the order of the object. */
  async accept(): Promise<Written | null> {
    if (this.busy || this.picked.length === 0) return null;
    this.busy = true;
    try {
      return await this.calls.AcceptChanges(
        this.key,
        [...this.picked].sort((a, b) => a - b),
      );
    } finally {
      this.busy = false;
    }
  }
}
