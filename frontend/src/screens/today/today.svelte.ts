import type { Backend } from '../../backend/backend';
import type { Rail, Today } from '../../backend/types';

/** A next sensible action of a network that has just begun. */
export type FirstStep = 'import' | 'invite' | 'plan';

const places: Record<FirstStep, string> = {
  import: 'members?import=1',
  invite: 'network?invite=1',
  plan: 'meetings?new=1',
};

/** TodayScreen is what the first screen knows. */
export class TodayScreen {
  today = $state.raw<Today | null>(null);
  laptops = $state(0); // 0 while not known
  trouble = $state('');

  constructor(
    private readonly calls: Pick<Backend, 'meetings' | 'network'>,
    private readonly sentence: (thrown: unknown) => string,
  ) {}

  /** Asks Go for the screen; what was shown stays until the answer is there. */
  async load(): Promise<void> {
    try {
      this.today = await this.calls.meetings.Today();
      this.trouble = '';
    } catch (thrown) {
      this.trouble = this.sentence(thrown);
    }
  }

  /** Counts the laptops, which only a beginning network wants to know. */
  async countLaptops(): Promise<void> {
    try {
      this.laptops = (await this.calls.network.View()).laptops.length;
    } catch {
      this.laptops = 0;
    }
  }

  /** The steps that are still to take; none once the network lives. */
  steps(rail: Rail | null): FirstStep[] {
    if (!rail || !this.today || this.today.cards.length > 0) return [];
    const open: FirstStep[] = [];
    if (rail.members === 0) open.push('import');
    if (this.laptops === 1) open.push('invite');
    if (rail.meetings === 0) open.push('plan');
    return open;
  }

  /** Where a step's button goes. */
  placeOf(step: FirstStep): string {
    return places[step];
  }
}

/** The height of a bar in percent of the tallest; a month with anybody in it is never invisible. */
export function heightOf(value: number, values: number[]): number {
  const tallest = Math.max(...values, 1);
  return value === 0 ? 0 : Math.max(4, Math.round((value / tallest) * 100));
}
