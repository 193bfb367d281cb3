import type { Backend } from '../../backend/backend';
import type { Letter, MailOrder, MailPlan, MailSubject, Named, Written } from '../../backend/types';

type Calls = Pick<Backend['mail'], 'Plan' | 'Preview' | 'Queue'>;

/** What a person may write. */
export const kinds = [
  'invitation',
  'update',
  'cancellation',
  'reminder',
  'confirmation',
  'decline',
  'digest',
  'free',
] as const;
export type Kind = (typeof kinds)[number];
export type Whom = 'registered' | 'eligible' | 'invited' | 'decided' | 'members';

const whoms: Record<Kind, Whom[]> = {
  invitation: ['registered', 'eligible', 'members'],
  update: ['invited', 'members'],
  cancellation: ['invited', 'members'],
  reminder: ['registered', 'invited', 'members'],
  confirmation: ['decided', 'registered', 'members'],
  decline: ['decided', 'members'],
  digest: ['eligible', 'members'],
  free: ['members', 'registered', 'eligible', 'invited'],
};
const about: Record<Kind, string[]> = {
  invitation: ['meeting', 'series'],
  update: ['meeting', 'series'],
  cancellation: ['meeting', 'series'],
  reminder: ['meeting', 'series'],
  confirmation: ['meeting', 'series', 'chapter'],
  decline: ['meeting', 'series', 'chapter'],
  digest: ['chapter'],
  free: ['meeting', 'series', 'chapter'],
};
/** Sorts whose wording has a place for words of this time. */
const worded: Kind[] = ['digest', 'free'];

/** Compose is one mailing as it is made: what, about what, to whom, and what Go counts of it. */
export class Compose {
  kind = $state<Kind>('invitation');
  subject = $state.raw<MailSubject | null>(null);
  whom = $state<Whom>('registered');
  members = $state.raw<Named[]>([]);
  leaveOut = $state(false);
  subjectEn = $state('');
  subjectFr = $state('');
  textEn = $state('');
  textFr = $state('');
  plan = $state.raw<MailPlan | null>(null);
  letter = $state.raw<Letter | null>(null);
  /** The sentence that says why it cannot be counted. */
  refused = $state('');
  counting = $state(false);
  sending = $state(false);
  private turn = 0;
  private planned = '';

  constructor(
    private readonly calls: Calls,
    private readonly sentence: (thrown: unknown) => string,
  ) {}

  get whoms(): Whom[] {
    return whoms[this.kind];
  }

  get hasText(): boolean {
    return worded.includes(this.kind);
  }

  /** Things that a mailing of this kind may be about. */
  fits = (subject: MailSubject): boolean => about[this.kind].includes(subject.kind);

  be(kind: Kind): void {
    this.kind = kind;
    if (!this.whoms.includes(this.whom) || this.whoms[0] === 'decided')
      this.whom = this.whoms[0] ?? 'members';
    if (this.subject && !this.fits(this.subject)) this.subject = null;
  }

  order(): MailOrder {
    const chosen = this.whom === 'members';
    return {
      sort: this.kind,
      for: this.subject?.id ?? '',
      toWhom: chosen ? '' : this.whom,
      members: chosen ? this.members.map((one) => one.id) : [],
      subjectEn: this.subjectEn,
      subjectFr: this.subjectFr,
      textEn: this.hasText ? this.textEn : '',
      textFr: this.hasText ? this.textFr : '',
      leaveOut: this.leaveOut,
    };
  }

  /** Whether there is enough to count. */
  get complete(): boolean {
    if (this.whom === 'members' ? this.members.length === 0 : !this.subject) return false;
    if (this.kind !== 'free') return !!this.subject;
    return !!(this.textEn.trim() || this.textFr.trim()) && !!(this.subjectEn.trim() || this.subjectFr.trim());
  }

  /** Asks Go for the numbers; the newest question wins. */
  async count(): Promise<void> {
    const turn = ++this.turn;
    const order = this.order();
    const asked = JSON.stringify(order);
    if (!this.complete) {
      this.plan = this.letter = null;
      this.refused = '';
      return;
    }
    if (asked === this.planned && this.plan) return;
    this.counting = true;
    try {
      const plan = await this.calls.Plan(order);
      if (turn !== this.turn) return;
      this.plan = plan;
      this.planned = asked;
      this.refused = '';
      const still = plan.members.find((one) => one.name === this.letter?.name) ?? plan.members[0];
      if (still) await this.look(still.id);
      else this.letter = null;
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.plan = this.letter = null;
      this.refused = this.sentence(thrown);
    } finally {
      if (turn === this.turn) this.counting = false;
    }
  }

  /** Shows what one member would read. */
  async look(member: string): Promise<void> {
    try {
      this.letter = await this.calls.Preview(this.order(), member);
    } catch (thrown) {
      this.letter = null;
      this.refused = this.sentence(thrown);
    }
  }

  /** Whether what was counted is what would be sent. */
  get ready(): boolean {
    return (
      !!this.plan && this.plan.sends > 0 && !this.counting && this.planned === JSON.stringify(this.order())
    );
  }

  /** Puts it into the outbox: as many as were shown, or Go refuses. */
  async send(): Promise<Written | null> {
    if (!this.ready || !this.plan || this.sending) return null;
    this.sending = true;
    try {
      return await this.calls.Queue(this.order(), this.plan.sends);
    } finally {
      this.sending = false;
    }
  }
}
