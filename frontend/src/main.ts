import { mount } from 'svelte';
import '@fontsource-variable/radio-canada/index.css';
import './tokens.css';
import './base.css';
import App from './app/App.svelte';
import { session } from './app/session.svelte';
import { use } from './backend/backend';

/** Stands the window on the Go side, or on invented data while it is being drawn. */
async function start(): Promise<void> {
  if (__FAKE__) use((await import('./backend/fake')).fake);
  else use((await import('./backend/wails')).wails);
  const target = document.getElementById('app');
  if (target) mount(App, { target });
  await session.open();
}

void start();
