/** Finding words of a title without case and accents, with the places of the letters found. */
import type { Mark } from '../backend/types';

/** Letters without case and accents, each at its own place so that marks fit. */
export function fold(text: string): string {
  let folded = '';
  for (const letter of text) {
    const bare = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    folded += bare.length === letter.length ? bare : letter;
  }
  return folded;
}

/** Where every word of the question starts a word of the title; null when one does not. */
export function matches(title: string, question: string): Mark[] | null {
  const folded = fold(title);
  const marks: Mark[] = [];
  for (const word of fold(question).split(/\s+/).filter(Boolean)) {
    const found = new RegExp(`(^|[^\\p{L}\\p{N}])(${literal(word)})`, 'u').exec(folded);
    if (!found) return null;
    const from = found.index + (found[1]?.length ?? 0);
    marks.push({ from, to: from + word.length });
  }
  return marks;
}

/** A word for a regular expression, every letter meaning itself. */
function literal(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
