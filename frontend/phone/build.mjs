/** Builds the page of phones into dist-phone when something of it changed since. What is there is left alone: Go may be reading it. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const own = dirname(fileURLToPath(import.meta.url));
const frontend = dirname(own);
const shared = [
  ...['src/tokens.css', 'src/base.css', 'src/screens/door/code.ts', 'src/screens/door/sounds.ts'],
  ...['package-lock.json', 'svelte.config.js', '../app/locale/en.json', '../app/locale/fr.json'],
];

const sources = [
  ...readdirSync(own, { recursive: true }).map((name) => join(own, String(name))),
  ...shared.map((name) => join(frontend, name)),
];
const changed = (/** @type {string} */ path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = Math.max(...sources.map(changed));
if (newest > changed(join(frontend, 'dist-phone', 'index.html')))
  await build({ configFile: join(own, 'vite.config.ts'), logLevel: 'warn' });
