/** What the frame knows: how the start went, the counts of the rail, the state of sync, and preferences. */
import { backend } from '../backend/backend';
import type { Rail, Start } from '../backend/types';
import { type Trouble, troubleOf } from '../errors';
import { t, words } from '../words/words.svelte';
import { Calm } from './calm';
import { calendar } from './calendar.svelte';
import { router } from './router.svelte';
import { status } from './status.svelte';

export type Theme = 'light' | 'dark' | 'system';
export type Density = 'comfortable' | 'compact';

const pause = 60; // milliseconds in which events are united
const rest = 300; // milliseconds between looks, so that a stream of changes is looked at a few times a second

class Session {
  start = $state.raw<Start | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  rail = $state.raw<Rail | null>(null);
  /** Grows with every change in the store; screens read it in an $effect and ask again. */
  version = $state(0);
  /** Grows when the state of sync moved. */
  synced = $state(0);
  preferences = $state<Record<string, string>>({});
  #darkness: MediaQueryList | undefined;

  get ready(): boolean {
    return this.start?.state === 'ready';
  }

  get lang(): string {
    return words.lang;
  }

  get theme(): Theme {
    const theme = this.preferences.theme;
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  }

  get density(): Density {
    return this.preferences.density === 'compact' ? 'compact' : 'comfortable';
  }

  get dark(): boolean {
    return this.theme === 'dark' || (this.theme === 'system' && !!this.#darkness?.matches);
  }

  async open(): Promise<void> {
    this.#darkness = matchMedia('(prefers-color-scheme: dark)');
    this.#darkness.addEventListener('change', () => this.dress());
    backend.on('changed', () => this.#soon(true));
    backend.on('sync', () => this.#soon(false));
    try {
      this.opened(await backend.session.Start());
    } catch (thrown) {
      this.trouble = troubleOf(thrown, t('error.unexpected'));
    }
  }

  /** Takes the answer of Start, Unlock, Create or Accept. */
  opened(start: Start): void {
    this.trouble = null;
    this.start = start;
    this.preferences = { ...this.preferences, ...start.preferences };
    this.dress();
    if (start.state !== 'ready') return;
    if (start.warning) status.warn(start.warning);
    router.moved = (route) => this.remember('last.place', route.place);
    router.start(this.preferences['last.place'] ?? 'today');
    void this.pull();
  }

  /** Shows language, theme and density at once. */
  dress(): void {
    words.speak(this.preferences.lang ?? 'en');
    const root = document.documentElement;
    root.dataset.theme = this.dark ? 'dark' : 'light';
    root.dataset.density = this.density;
  }

  preference(name: string, otherwise = ''): string {
    return this.preferences[name] ?? otherwise;
  }

  /** Remembers a text on this laptop. A failure to remember never stands in anyone's way. */
  remember(name: string, value: string): void {
    if (this.preferences[name] === value) return;
    this.preferences[name] = value;
    void backend.session.SetPreference(name, value).catch(() => {});
  }

  set(name: 'lang' | 'theme' | 'density' | 'sounds', value: string): void {
    this.remember(name, value);
    this.dress();
    if (name === 'lang') void this.#respeak(value);
  }

  /** Go writes names, times and sentences in the language too, so everything is asked again. */
  async #respeak(lang: string): Promise<void> {
    await backend.session.SetPreference('lang', lang).catch(() => {});
    this.#soon(true);
  }

  async pull(): Promise<void> {
    if (!this.ready) return;
    try {
      this.rail = await backend.session.Rail();
      calendar.today = this.rail.today;
    } catch {
      // The rail keeps its last numbers; the screen's own question says what is wrong.
      if (!this.rail) setTimeout(() => void this.pull(), 500);
    }
  }

  #moved = false;
  readonly #looks = new Calm(() => this.#look(), pause, rest);

  #soon(records: boolean): void {
    this.#moved ||= records;
    this.#looks.ask();
  }

  #look(): Promise<void> {
    if (this.#moved) this.version++;
    this.#moved = false;
    this.synced++;
    return this.pull();
  }
}

export const session = new Session();
