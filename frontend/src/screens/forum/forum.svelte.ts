import type { Backend } from '../../backend/backend';
import type { ClockSaid, ForumLaptop, ForumView, Written } from '../../backend/types';

/** What the screen needs of its surroundings. */
export interface ForumPlace {
  write: (work: () => Promise<Written>) => Promise<Written | null>;
  trouble: (thrown: unknown) => void;
  /** Waits for a job's result. */
  follow: <T>(job: string) => Promise<T>;
  say: (text: string) => void;
}

/** ForumScreen holds what is known of a meeting in person before it begins. */
export class ForumScreen {
  view = $state.raw<ForumView | null>(null);
  comparing = $state(false);
  private asked = 0;

  constructor(
    readonly of: string,
    private readonly calls: Backend['forum'],
    private readonly place: ForumPlace,
  ) {}

  readonly doors = $derived((this.view?.laptops ?? []).filter((one) => one.door !== ''));
  readonly others = $derived((this.view?.laptops ?? []).filter((one) => one.door === ''));

  /** Asks how everything stands; the newest answer wins. */
  async load(): Promise<void> {
    const mine = ++this.asked;
    try {
      const view = await this.calls.Prepare(this.of);
      if (mine === this.asked) this.view = view;
    } catch (thrown) {
      if (mine === this.asked) this.place.trouble(thrown);
    }
  }

  /** Lets the other laptops know how this one is fed; nobody is told when that fails. */
  async tell(): Promise<void> {
    try {
      if (await this.calls.Tell(this.of)) await this.load();
    } catch {
      // the page says what is known here all the same
    }
  }

  async setDoor(laptop: ForumLaptop, door: string, room = laptop.room): Promise<void> {
    if (door === laptop.door && room === laptop.room) return;
    const at = door === '' ? '' : room;
    await this.place.write(() => this.calls.SetDoor(this.of, laptop.device, door, at));
    await this.load();
  }

  async rightClock(laptop: ForumLaptop): Promise<void> {
    await this.place.write(() => this.calls.RightClock(this.of, laptop.device));
    await this.load();
  }

  /** Measures this laptop's clock against the one that lends its folder here. */
  async compare(): Promise<void> {
    if (this.comparing) return;
    this.comparing = true;
    try {
      const said = await this.place.follow<ClockSaid>(await this.calls.CompareClock(this.of));
      this.place.say(said.text);
      await this.load();
    } catch (thrown) {
      this.place.trouble(thrown);
    } finally {
      this.comparing = false;
    }
  }
}
