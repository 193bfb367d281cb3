import type { Mark } from '../backend/types';

export interface Piece {
  text: string;
  marked: boolean;
}

/** Cuts a text at its marks. Marks may come in any order, overlap or reach beyond the text. */
export function pieces(text: string, marks: Mark[]): Piece[] {
  const cut: Piece[] = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.from - b.from)) {
    const from = Math.max(mark.from, at);
    const to = Math.min(mark.to, text.length);
    if (to <= from) continue;
    if (from > at) cut.push({ text: text.slice(at, from), marked: false });
    cut.push({ text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) cut.push({ text: text.slice(at), marked: false });
  return cut;
}
