/** Writes a small picture of every place, in both languages and themes, to docs/screens. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  browser,
  build,
  dress,
  open,
  passphrase,
  project,
  serve,
  settle,
  visit,
  workplace,
} from './window.mjs';

const folder = join(project, 'docs', 'screens');
/** A name for the picture, its place, and what is done there first. @type {[string, string, ((page: import('playwright-core').Page) => Promise<void>)?][]} */
const pictures = [
  ['today', 'today'],
  ['members', 'members', (page) => page.locator('main [role=searchbox]').fill('éli')],
  ['members-new', 'members?new=1'],
  ['duplicates', 'members?view=duplicates'],
  ['import', 'members?import=1'],
  ['communities', 'communities'],
  ['chapters', 'chapters'],
  ['meetings', 'meetings'],
  ['door', 'door'],
  ['conflicts', 'conflicts'],
  ['network', 'network'],
  ['settings', 'settings'],
];

const place = workplace();
await build(true);
mkdirSync(folder, { recursive: true });
// The demonstration network, made anew; Toronto's laptop is the one that is shown.
execFileSync('go', ['run', './build/demo', '-only-network', place.path('demo')], {
  cwd: project,
  stdio: 'ignore',
  env: { ...process.env, CARNET_PASSPHRASE: passphrase },
});
const home = place.path(join('demo', 'toronto'));
const go = await serve(home);
const chrome = await browser();
try {
  const { page } = await open(chrome, go.address, { still: true });
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      for (const [name, to, first] of pictures) {
        await visit(page, to);
        await first?.(page);
        await settle(page);
        await picture(page, join(folder, `${name}-${theme}-${lang}.png`));
        if (to.includes('?')) await page.reload();
      }
    }
  }
} finally {
  await chrome.close();
  await go.stop();
  place.clear();
}

/**
 * A picture of few colours is a third of the size, and the eye sees no difference in a calm window.
 * @param {import('playwright-core').Page} page
 * @param {string} path
 */
async function picture(page, path) {
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
