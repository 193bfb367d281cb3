/** Invented data speaks both languages, as Go does, and may play a network that has only begun. */
export const say = (en: string, fr: string): string =>
  typeof document !== 'undefined' && document.documentElement.lang.startsWith('fr') ? fr : en;

/** What the address asks to play: ?state=new, ?state=empty… */
export const played = (): string =>
  typeof location === 'undefined' ? '' : (new URLSearchParams(location.search).get('state') ?? '');
