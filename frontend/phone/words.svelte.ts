/** The words of the phone page, in the language of the phone until somebody chooses the other. */
import texts from 'virtual:phone-words';
import type en from '@locale/en.json';

type Own<K> = K extends `phone.${string}` | `role.short.${string}` ? K : never;
export type Key = Own<keyof typeof en>;
type OfCount<K> = K extends `${infer Base}.one` ? Base : never;
export type CountKey = OfCount<Key>;
export type Lang = 'en' | 'fr';
type Facts = Record<string, string | number>;

class Words {
  lang = $state<Lang>('en');
  #numbers = $derived(new Intl.NumberFormat(`${this.lang}-CA`));

  t = (key: Key, facts: Facts = {}): string =>
    (texts[this.lang][key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => {
      const fact = facts[name];
      return typeof fact === 'number' ? this.#numbers.format(fact) : (fact ?? whole);
    });

  /** The text for a count: French says 0 and 1 alike, English only 1. */
  n = (key: CountKey, count: number): string => {
    const one = this.lang === 'fr' ? count < 2 : count === 1;
    return this.t(`${key}.${one ? 'one' : 'other'}` as Key, { n: count });
  };

  num = (value: number): string => this.#numbers.format(value);

  /** A member's role; empty for one that has no word. */
  role = (role: string): string => texts[this.lang][`role.short.${role}`] ?? '';

  /** A moment on this phone's clock: 9:02, 13 h 30. */
  clock = (at: number): string => {
    const time = new Date(at);
    const minutes = String(time.getMinutes()).padStart(2, '0');
    return this.lang === 'fr' ? `${time.getHours()}\u00a0h\u00a0${minutes}` : `${time.getHours()}:${minutes}`;
  };

  speak(lang: Lang): void {
    this.lang = lang;
    if (typeof document !== 'undefined') document.documentElement.lang = `${lang}-CA`;
  }
}

export const words = new Words();
export const { t, n } = words;
