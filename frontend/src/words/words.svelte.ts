/**
 * Every word a person reads, from the files that Go reads too. Keys are checked by the compiler,
 * and so is that both languages have the same ones.
 */
import en from '@locale/en.json';
import fr from '@locale/fr.json';

export type Key = keyof typeof en;
type OfCount<K> = K extends `${infer Base}.one` ? Base : never;
/** Keys that exist as `.one` and `.other`. */
export type CountKey = OfCount<Key>;
export type Lang = 'en' | 'fr';
export type Facts = Record<string, string | number>;

const texts: Record<Lang, Record<Key, string>> = { en, fr };
// Fails to compile when French has a key that English lacks; the line above is the other direction.
const sameKeys: Record<keyof typeof fr, string> = en;
void sameKeys;

const locales: Record<Lang, string> = { en: 'en-CA', fr: 'fr-CA' };

class Words {
  lang = $state<Lang>('en');
  #numbers = $derived(new Intl.NumberFormat(locales[this.lang]));
  #percents = $derived(new Intl.NumberFormat(locales[this.lang], { style: 'percent' }));
  #order = $derived(new Intl.Collator(locales[this.lang]));
  #regions = $derived(new Intl.DisplayNames(locales[this.lang], { type: 'region' }));

  /** The text of a key with its {placeholders} filled. */
  t = (key: Key, facts?: Facts): string => fill(texts[this.lang][key] ?? key, facts, this.num);

  /** The text for a count: French says 0 and 1 alike, English only 1. */
  n = (key: CountKey, count: number, facts?: Facts): string => {
    const one = this.lang === 'fr' ? Math.abs(count) < 2 : count === 1;
    return this.t(`${key}.${one ? 'one' : 'other'}` as Key, { n: count, ...facts });
  };

  num = (value: number): string => this.#numbers.format(value);
  percent = (share: number): string => this.#percents.format(share);
  compare = (a: string, b: string): number => this.#order.compare(a, b);
  country = (code: string): string => (/^[A-Z]{2}$/.test(code) ? (this.#regions.of(code) ?? code) : code);

  /** The words of a key made from data, or the data itself where there are none. */
  maybe = (key: string, otherwise: string): string => texts[this.lang][key as Key] ?? otherwise;

  /** Speaks another language at once. */
  speak(lang: string): void {
    this.lang = lang === 'fr' ? 'fr' : 'en';
    if (typeof document !== 'undefined') document.documentElement.lang = locales[this.lang];
  }
}

function fill(text: string, facts: Facts | undefined, num: (value: number) => string): string {
  if (!facts) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    return typeof fact === 'number' ? num(fact) : fact;
  });
}

export const words = new Words();
export const { t, n, num, percent } = words;
