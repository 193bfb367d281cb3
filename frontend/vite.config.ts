import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Nothing from outside may run, load or be reached. Style attributes are the one loosening: long
 * lists and popovers are placed with them. The e2e build also talks to Wails' own socket, and the
 * development server needs one and injects styles.
 */
function policy(mode: string, serving: boolean): string {
  const socket = mode === 'e2e' || serving ? ' ws://localhost:*' : '';
  const injected = serving ? " 'unsafe-inline'" : '';
  return [
    "default-src 'none'",
    `script-src 'self'${injected}`,
    `style-src 'self'${injected}`,
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function strictPolicy(): Plugin {
  let mode = 'production';
  let serving = false;
  return {
    name: 'carnet-policy',
    configResolved(config) {
      mode = config.mode;
      serving = config.command === 'serve';
    },
    transformIndexHtml: (html) => html.replace('%CSP%', policy(mode, serving)),
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), strictPolicy()],
  resolve: {
    alias: { '@locale': here('../app/locale') },
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  define: { __FAKE__: JSON.stringify(mode === 'fake') },
  server: { fs: { allow: [here('.'), here('../app/locale')] } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1024,
    // Only the production build is ever embedded in the program.
    outDir: mode === 'production' ? 'dist' : `dist-${mode}`,
  },
  test: { include: ['src/**/*.test.ts', 'phone/**/*.test.ts'], environment: 'node' },
}));
