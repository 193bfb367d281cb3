import type { Backend } from '../../backend/backend';
import type { PhonesView } from '../../backend/types';

/** The calls to Go that the panel of phones makes. */
export type PhonesCalls = Backend['phones'];

/** Phones is the panel of phones that are a door of this laptop. */
export class Phones {
  view = $state.raw<PhonesView | null>(null);
  error = $state('');
  busy = $state(false);
  chosen = $state(0); // address
  private asked = 0;

  constructor(
    private readonly calls: PhonesCalls,
    private readonly door: () => { meeting: string; station: string },
    private readonly sentence: (error: unknown) => string,
  ) {}

  /** The address that is shown, as there may be a cable and a hotspot. */
  get link() {
    return this.view?.links[this.chosen] ?? this.view?.links[0];
  }

  look = () => this.ask(this.calls.View);
  open = () => this.wait(this.calls.Open);
  another = () => this.wait(this.calls.Pair);
  close = () => this.wait(this.calls.Close);
  revoke = (id: string) => this.wait((meeting, station) => this.calls.Revoke(meeting, station, id));

  private async wait(call: PhonesCalls['View']): Promise<void> {
    this.busy = true;
    await this.ask(call);
    this.busy = false;
  }

  /** The newest question wins: an answer to an older one shows what was. */
  private async ask(call: PhonesCalls['View']): Promise<void> {
    const mine = ++this.asked;
    const { meeting, station } = this.door();
    try {
      const view = await call(meeting, station);
      if (mine !== this.asked) return;
      this.view = view;
      this.error = '';
    } catch (error) {
      if (mine === this.asked) this.error = this.sentence(error);
    }
  }
}

/** Seconds as minutes and seconds: 4:48. */
export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
