/** Finding people among those that the phone keeps, with no network. */
import type { Guest } from './wire';

/** Case, accents and hyphens do not count. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const most = 20;

/** Those whose name or community has a word that begins with each of the words typed; names that begin so come first. */
export function find(guests: Guest[], text: string): Guest[] {
  const wanted = fold(text).split(' ').filter(Boolean);
  if (wanted.length === 0) return [];
  const first: Guest[] = [];
  const rest: Guest[] = [];
  for (const guest of guests) {
    const name = fold(guest.name).split(' ');
    const place = fold(guest.community).split(' ');
    const begins = (word: string) => (one: string) => one.startsWith(word);
    if (wanted.every((word) => name.some(begins(word)))) first.push(guest);
    else if (wanted.every((word) => name.some(begins(word)) || place.some(begins(word)))) rest.push(guest);
    if (first.length >= most) break;
  }
  return [...first, ...rest].slice(0, most);
}

/** The list with what the laptop found besides. */
export function united(own: Guest[], found: Guest[]): Guest[] {
  const fresh = new Map(found.map((guest) => [guest.handle, guest]));
  const known = new Set(own.map((guest) => guest.handle));
  return [
    ...own.map((guest) => fresh.get(guest.handle) ?? guest),
    ...found.filter((guest) => !known.has(guest.handle)),
  ];
}

/** Communities of the list, for a person who is written down. */
export function communities(guests: Guest[]): string[] {
  return [...new Set(guests.map((guest) => guest.community).filter(Boolean))].sort((a, b) =>
    a.localeCompare(b),
  );
}

/** The last word is the family name; one word alone is too few to write a person down by. */
export function splitName(name: string): { given: string; family: string } | null {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (words.length < 2) return null;
  return { given: words.slice(0, -1).join(' '), family: words.at(-1) ?? '' };
}
