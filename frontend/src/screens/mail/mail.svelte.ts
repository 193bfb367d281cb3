import type { Backend } from '../../backend/backend';
import type { MailDue, MailingRow, MailView, MessagePage, MessageRow, Written } from '../../backend/types';

export type Calls = Pick<
  Backend['mail'],
  | 'View'
  | 'Due'
  | 'InviteMissing'
  | 'Messages'
  | 'Hold'
  | 'Arrived'
  | 'StopMessages'
  | 'SendAgain'
  | 'TakeOver'
  | 'Pause'
>;

export const views = ['outbox', 'incoming', 'wordings', 'setup'] as const;
export type View = (typeof views)[number];
export const states = ['', 'queued', 'sent', 'held', 'failed', 'stopped'] as const;
export type State = (typeof states)[number];

/** What may be done with a message by its state. */
export type Deed = 'arrived' | 'again' | 'hold' | 'stop';
const deeds: Record<string, Deed[]> = {
  queued: ['hold', 'stop'],
  held: ['arrived', 'again', 'stop'],
  failed: ['again', 'arrived'],
  stopped: ['again'],
};
export const deedsOf = (message: Pick<MessageRow, 'state'>): Deed[] => deeds[message.state] ?? [];

/** OutboxScreen holds the mailings, the messages looked at, and what may be done with them. */
export class OutboxScreen {
  view = $state.raw<MailView | null>(null);
  page = $state.raw<MessagePage | null>(null);
  held = $state.raw<MessageRow[]>([]);
  /** What nobody has written yet. */
  due = $state.raw<MailDue | null>(null);
  /** The mailing whose messages are shown; empty shows them all. */
  mailing = $state('');
  state = $state<State>('');
  busy = $state(false);
  private turn = 0;

  constructor(
    private readonly calls: Calls,
    private readonly said: (work: () => Promise<Written>) => Promise<Written | null>,
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  get chosen(): MailingRow | undefined {
    return this.view?.mailings.find((one) => one.id === this.mailing);
  }

  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      const view = await this.calls.View();
      const held = view.held > 0 ? (await this.calls.Messages(query({ state: 'held' }))).rows : [];
      const page = await this.calls.Messages(query({ mailing: this.mailing, state: this.state }));
      if (turn !== this.turn) return;
      this.view = view;
      this.held = held;
      this.page = page;
      const due = await this.calls.Due(); // in a large network it takes longer than the rest
      if (turn === this.turn) this.due = due;
    } catch (thrown) {
      this.trouble(thrown);
    }
  }

  look(mailing: string, state: State): Promise<void> {
    this.mailing = mailing;
    this.state = state;
    return this.load();
  }

  /** Does one thing to messages, or whole mailings, and asks again. */
  async does(deed: Deed, ids: string[]): Promise<boolean> {
    if (this.busy || ids.length === 0) return false;
    const call = {
      arrived: this.calls.Arrived,
      again: this.calls.SendAgain,
      hold: this.calls.Hold,
      stop: this.calls.StopMessages,
    }[deed];
    this.busy = true;
    const done = await this.said(() => call(ids));
    this.busy = false;
    await this.load();
    return done !== null;
  }

  /** Invites all who are registered to what they were not invited to yet. */
  async inviteMissing(): Promise<void> {
    const sends = this.due?.missed ?? 0;
    if (this.busy || sends === 0) return;
    this.busy = true;
    await this.said(() => this.calls.InviteMissing('', sends));
    this.busy = false;
    await this.load();
  }

  async takeOver(device: string): Promise<void> {
    await this.said(() => this.calls.TakeOver(device));
    await this.load();
  }

  /** Pauses, goes on, or tries now. */
  async pause(on: boolean): Promise<void> {
    try {
      const sending = await this.calls.Pause(on);
      if (this.view) this.view = { ...this.view, sending };
    } catch (thrown) {
      this.trouble(thrown);
    }
  }
}

const query = (asked: { mailing?: string; state?: string }) => ({
  mailing: '',
  member: '',
  state: '',
  limit: 200,
  ...asked,
});

/** How long so many messages take at a pace a minute; 0 when no pace is set or it is soon done. */
export const minutes = (left: number, pace: number): number =>
  pace > 0 && left > pace ? Math.ceil(left / pace) : 0;
