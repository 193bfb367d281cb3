/** The page that phones are shown: built by itself into dist-phone, which every program has within. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A phone gets only its own words: all of them would be ten times the rest of the page. */
function ownWords(): Plugin {
  const name = 'virtual:phone-words';
  const own = (lang: string) =>
    Object.fromEntries(
      Object.entries(
        JSON.parse(readFileSync(here(`../../app/locale/${lang}.json`), 'utf8')) as Record<string, string>,
      ).filter(([key]) => key.startsWith('phone.') || key.startsWith('role.short.')),
    );
  return {
    name: 'carnet-phone-words',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}` ? `export default ${JSON.stringify({ en: own('en'), fr: own('fr') })}` : undefined,
  };
}

export default defineConfig({
  root: here('.'),
  plugins: [svelte({ configFile: here('../svelte.config.js') }), ownWords()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    outDir: here('../dist-phone'),
    emptyOutDir: true,
  },
});
