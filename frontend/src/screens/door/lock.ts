/** Whether two words are the same to a person: case, accents and spaces around do not count. */
export function sameWord(typed: string, word: string): boolean {
  return fold(typed) === fold(word) && fold(word) !== '';
}

/** A text as it is compared: without case, accents and needless spaces. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').trim().replace(/\s+/g, ' ').toLowerCase();
}
