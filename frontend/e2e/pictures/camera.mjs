/** What all rooms' pictures share: languages, themes, and how one is taken. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project, settle } from '../window.mjs';

/** A name for the picture, its place, and what is done there first. @typedef {[string, string, ((page: import('playwright-core').Page) => Promise<void>)?]} Picture */

export const folder = join(project, 'docs', 'screens');
/** Pictures show paths: this one is short, and nobody's own. */
export const place = join(tmpdir(), 'carnet');
export const langs = /** @type {const} */ (['en', 'fr']);
export const themes = /** @type {const} */ (['light', 'dark']);

const only = process.argv.slice(2);
export const wanted = (/** @type {string} */ name) => only.length === 0 || only.includes(name);

/**
 * One screen in both languages and themes.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {(lang: 'en' | 'fr', theme: 'light' | 'dark') => Promise<void>} put
 */
export async function eachDress(page, name, put) {
  for (const lang of langs) {
    for (const theme of themes) {
      await put(lang, theme);
      await settle(page);
      await picture(page, join(folder, `${name}-${theme}-${lang}.png`));
    }
  }
}

/**
 * A picture of few colours is a third of the size, and the eye sees no difference in a calm window.
 * @param {import('playwright-core').Page} page
 * @param {string} path
 */
export async function picture(page, path) {
  await page.screenshot({ path: `${path}.new`, type: 'png' });
  try {
    execFileSync('convert', [
      `${path}.new`,
      '-strip',
      '+dither',
      '-colors',
      '96',
      '-define',
      'png:compression-level=9',
      `PNG8:${path}`,
    ]);
  } catch {
    execFileSync('cp', [`${path}.new`, path]);
  }
  rmSync(`${path}.new`);
}
