/** A new member while it is being written. It outlives the form, so that Escape loses no text. */
import { write } from '../../app/status.svelte';
import { backend } from '../../backend/backend';
import type { MemberRow, Named } from '../../backend/types';
import { session } from '../../app/session.svelte';
import { filtersOf, queryOf } from './members.svelte';

const empty = {
  given: '',
  family: '',
  email: '',
  phone: '',
  title: '',
  community: '',
  role: 'staff',
  language: '',
};

export class Draft {
  fields = $state({ ...empty });
  communityName = $state('');
  chapters = $state.raw<Named[]>([]);
  /** Who is there already under this e-mail address or name. */
  same = $state.raw<MemberRow | null>(null);
  #turn = 0;

  get named(): boolean {
    return this.fields.given.trim() !== '' || this.fields.family.trim() !== '';
  }

  /** Looks whether the person is there already. */
  async look(): Promise<void> {
    const turn = ++this.#turn;
    const { email, given, family } = this.fields;
    const text = email.trim() || (given.trim() && family.trim() ? `${given} ${family}`.trim() : '');
    const page = text
      ? await backend.people.Members(queryOf({ ...filtersOf({}), text }, 0, 1)).catch(() => null)
      : null;
    if (turn === this.#turn) this.same = page?.rows[0] ?? null;
  }

  /** Writes the member and gives the id; null when it was refused, and then nothing is lost. */
  async add(): Promise<string | null> {
    const fields = Object.fromEntries(
      Object.entries({ ...this.fields, language: this.fields.language || session.lang })
        .map(([name, value]) => [name, value.trim()] as const)
        .filter(([, value]) => value !== ''),
    );
    const chapters = this.chapters.map((chapter) => chapter.id);
    const written = await write(() => backend.people.AddMember(fields, chapters));
    if (!written) return null;
    this.clear();
    return written.id;
  }

  clear(): void {
    this.fields = { ...empty };
    this.communityName = '';
    this.chapters = [];
    this.same = null;
  }
}

export const draft = new Draft();
