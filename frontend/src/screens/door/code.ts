/**
 * How the door tells a badge from letters: a badge carries a code of one mark and 26 letters and digits, which only Go can read,
 * and a scanner types faster than hands do. A member's id, alone or after "CARNET:", is taken too; some keyboard layouts turn the
 * colon or the underscore into another sign.
 */

const sealed = /^carnetb[a-z2-7]{26}$/i;

const badge = /^(?:carnet[^a-z0-9]?)?mem[^a-z0-9]?([a-z2-7]{16})$/i;

/** The code or member id on a complete badge, or null when the text is not one (yet). */
export function badgeCode(text: string): string | null {
  if (sealed.test(text.trim())) return text.trim().toUpperCase();
  const found = badge.exec(text.trim());
  return found ? `mem_${found[1]!.toLowerCase()}` : null;
}

const scannerGap = 35; // ms between two letters, at most
const scannerLetters = 6; // fewer may be a quick hand

/** Pace watches the time between letters of one entry. */
export class Pace {
  private last = 0;
  private slowest = 0;
  private letters = 0;

  /** One more letter, at a time in milliseconds. */
  letter(at: number): void {
    if (this.letters > 0) this.slowest = Math.max(this.slowest, at - this.last);
    this.last = at;
    this.letters++;
  }

  /** Whether only a scanner could have typed so fast. */
  get byScanner(): boolean {
    return this.letters >= scannerLetters && this.slowest <= scannerGap;
  }

  clear(): void {
    this.last = this.slowest = this.letters = 0;
  }
}

/** A new name for one scan. Not randomUUID, which exists only where the page counts as secure. */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
