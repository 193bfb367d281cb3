import type { Backend } from '../../backend/backend';
import type { InsideRoom, InsideView } from '../../backend/types';
import { fold } from './lock';

export type InsideCalls = Pick<Backend['door'], 'Inside' | 'PrintInside'>;

/** Inside is the list of who is in, room by room: what a fire warden asks for. */
export class Inside {
  view = $state.raw<InsideView | null>(null);
  text = $state('');
  said = $state('');
  error = $state('');

  constructor(
    private readonly calls: InsideCalls,
    private readonly sentence: (error: unknown) => string,
  ) {}

  async look(meeting: string): Promise<void> {
    try {
      this.view = await this.calls.Inside(meeting);
      this.error = '';
    } catch (error) {
      this.error = this.sentence(error); // the list of before stays: it is better than none
    }
  }

  /** Opens the list as a page to print. */
  async print(meeting: string): Promise<void> {
    try {
      this.said = await this.calls.PrintInside(meeting);
      this.error = '';
    } catch (error) {
      this.error = this.sentence(error);
    }
  }

  /** The rooms with the people whose name or community has the letters that were typed; all while there are none. */
  get rooms(): InsideRoom[] {
    const letters = fold(this.text);
    const all = this.view?.rooms ?? [];
    if (letters === '') return all;
    return all
      .map((room) => ({
        ...room,
        people: room.people.filter((one) => fold(`${one.name} ${one.detail}`).includes(letters)),
      }))
      .filter((room) => room.people.length > 0);
  }
}
