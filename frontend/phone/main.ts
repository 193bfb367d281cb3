import '@fontsource-variable/radio-canada';
import '../src/tokens.css';
import '../src/base.css';
import './phone.css';
import { mount } from 'svelte';
import { newNonce } from '../src/screens/door/code';
import { Gate } from './gate.svelte';
import { openKeep, type Keep } from './keep';
import { hum } from './signal';
import Phone from './views/Phone.svelte';
import NoStore from './views/NoStore.svelte';
import { Wire } from './wire';
import { words } from './words.svelte';

const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => (document.documentElement.dataset['theme'] = dark.matches ? 'dark' : 'light');
dark.addEventListener('change', dress);
dress();
words.speak(navigator.language.toLowerCase().startsWith('fr') ? 'fr' : 'en');

const target = document.getElementById('app')!;

/** Where a browser trusts the certificate, it keeps the page itself too; most do not, and the page says so when it matters. */
async function keepShell(): Promise<boolean> {
  try {
    await navigator.serviceWorker.register('/sw.js');
    const worker = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname);
    worker.active?.postMessage(['/', ...files.filter((path) => path.startsWith('/assets/'))]);
    return true;
  } catch {
    return false;
  }
}

async function begin(): Promise<void> {
  let keep: Keep;
  try {
    keep = await openKeep();
  } catch {
    mount(NoStore, { target });
    return;
  }
  const lang = await keep.get('lang');
  if (lang) words.speak(lang);
  void navigator.storage?.persist?.();
  const wire = new Wire(() => words.lang);
  const gate = new Gate(wire, keep, { now: () => Date.now(), nonce: newNonce, sound: hum });
  const code = /^#([0-9A-Za-z]{8})$/.exec(location.hash)?.[1] ?? '';
  if (location.hash) history.replaceState(null, '', location.pathname);
  await gate.start();
  mount(Phone, { target, props: { gate, keep, code, shell: keepShell() } });
  window.addEventListener('online', () => void gate.look());
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && void gate.look(),
  );
}

void begin();
