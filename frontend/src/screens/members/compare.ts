/** Two members side by side: which fields differ, and what remains after a merge. */
import type { MemberDetail } from '../../backend/types';
import type { Key } from '../../words/words.svelte';

export interface Compared {
  label: Key;
  keep: string;
  other: string;
  /** What the member has afterwards: what is kept, or the other's where nothing was. */
  after: string;
  differs: boolean;
}

type Say = (member: MemberDetail) => string;

/** The lines of the comparison. `words` puts a role or language into words. */
export function compare(keep: MemberDetail, other: MemberDetail, words: (key: string) => string): Compared[] {
  const lines: [Key, Say][] = [
    ['field.email', (member) => member.email],
    ['field.phone', (member) => member.phone],
    ['field.title', (member) => member.title],
    ['field.community', (member) => [member.community, member.province].filter(Boolean).join(', ')],
    ['field.role', (member) => (member.role ? words(`role.${member.role}`) : '')],
    ['field.language', (member) => (member.language ? words(`language.${member.language}`) : '')],
    ['members.mandate', (member) => member.mandate],
    ['field.office', (member) => member.office],
    ['field.notes', (member) => member.notes],
  ];
  const fields = lines.map(([label, say]) => line(label, say(keep), say(other)));
  return [...fields, chapters(keep, other)].filter((one) => one.keep || one.other);
}

function line(label: Key, keep: string, other: string): Compared {
  const both = label === 'field.notes' && keep && other && !keep.includes(other);
  const after = both ? `${keep}\n${other}` : keep || other;
  return { label, keep, other, after, differs: keep !== other };
}

function chapters(keep: MemberDetail, other: MemberDetail): Compared {
  const names = (all: { name: string }[]) => all.map((one) => one.name).join(' · ');
  const more = other.chapters.filter((one) => !keep.chapters.some((kept) => kept.id === one.id));
  const after = names([...keep.chapters, ...more]);
  const [mine, theirs] = [names(keep.chapters), names(other.chapters)];
  return { label: 'members.chapters', keep: mine, other: theirs, after, differs: mine !== theirs };
}

export const fullName = (member: { given: string; family: string }): string =>
  [member.given, member.family].filter(Boolean).join(' ');
