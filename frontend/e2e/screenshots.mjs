/** Writes a small picture of every place, in both languages and themes, to docs/screens; names as arguments write only those. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asked } from './asked.mjs';
import { attended } from './attended.mjs';
import { mailed } from './mailed.mjs';
import { eachDress, folder, langs, picture, place, themes, wanted } from './pictures/camera.mjs';
import { doors, withSessions } from './pictures/door.mjs';
import { prepared, printPaper } from './pictures/forum.mjs';
import { mails } from './pictures/mail.mjs';
import { look, meetings } from './pictures/meetings.mjs';
import { phones } from './pictures/phone.mjs';
import { browser, build, dress, open, passphrase, project, serve, settle, visit } from './window.mjs';

/** @type {import('./pictures/camera.mjs').Picture[]} */
const others = [
  ['today', 'today'],
  ['members', 'members', (page) => page.locator('main [role=searchbox]').fill('éli')],
  ['members-new', 'members?new=1'],
  ['duplicates', 'members?view=duplicates'],
  ['import', 'members?import=1'],
  ['communities', 'communities'],
  ['chapters', 'chapters'],
  ['conflicts', 'conflicts'],
  ['network', 'network'],
  ['settings', 'settings'],
];

/** What the pictures of requests are about. */
let ids = { meeting: '', chapter: '', member: '' };
/** The forum that the pictures of attendance are about. */
let forum = '';
process.env.TZ = 'America/Toronto';
mkdirSync(place);
const chrome = await browser();
try {
  await build(true);
  mkdirSync(folder, { recursive: true });
  // The demonstration network, made anew; Toronto's laptop is the one that is shown.
  const demo = join(place, 'demo');
  execFileSync('go', ['run', './build/demo', '-only-network', demo], {
    cwd: project,
    stdio: 'ignore',
    env: { ...process.env, CARNET_PASSPHRASE: passphrase },
  });
  if (['requests', 'registrations', 'audience'].some(wanted))
    ids = { ...ids, ...(await asked(join(demo, 'toronto'))) };
  if (wanted('paper')) await printPaper(join(demo, 'toronto'));
  if (['after-notes', 'after-people', 'after-summary', 'report-import'].some(wanted))
    forum = await attended(join(demo, 'toronto'));
  for (const room of [others, meetings])
    if (room.some(([name]) => wanted(name)))
      await shown(join(demo, 'toronto'), passphrase, (page) => everyPlace(page, room));
  if (doors.some(([name]) => wanted(name))) {
    await withSessions(join(demo, 'toronto'));
    await shown(join(demo, 'toronto'), passphrase, (page) => everyPlace(page, doors));
  }
  if (prepared.some(([name]) => wanted(name)))
    // what is typed from paper stands among the last scans of the doors
    await shown(join(demo, 'toronto'), passphrase, (page) => everyPlace(page, prepared));
  if (mails.some(([name]) => wanted(name))) {
    const { server, ...about } = await mailed(join(demo, 'toronto'));
    ids = { ...ids, ...about };
    await shown(join(demo, 'toronto'), passphrase, (page) => everyPlace(page, mails));
    server.stop();
  }
  if (wanted('phone')) await phones(join(demo, 'toronto'));
  if (wanted('locked'))
    await shown(join(demo, 'toronto'), '', async (page) => {
      await eachDress(page, 'locked', (lang, theme) => dress(page, lang, theme));
    });
  if (wanted('first-run')) await shown(join(place, 'new'), '', firstRun);
} finally {
  await chrome.close();
  rmSync(place, { recursive: true, force: true });
}

/**
 * Shows a home in the window while something is done with it.
 * @param {string} home
 * @param {string} word
 * @param {(page: import('playwright-core').Page) => Promise<void>} work
 */
async function shown(home, word, work) {
  const go = await serve(home, word);
  try {
    const { page, close } = await open(chrome, go.address, { still: true });
    await work(page);
    await close();
  } finally {
    await go.stop();
  }
}

/** @param {import('playwright-core').Page} page @param {import('./pictures/camera.mjs').Picture[]} list */
async function everyPlace(page, list) {
  for (const lang of langs) {
    for (const theme of themes) {
      await dress(page, lang, theme);
      for (const [name, to, first] of list.filter(([name]) => wanted(name))) {
        await visit(
          page,
          to
            .replace('MEETING', ids.meeting)
            .replace('CHAPTER', ids.chapter)
            .replace('MEMBER', ids.member)
            .replace('FORUM', forum),
        );
        await first?.(page);
        await settle(page);
        await picture(page, join(folder, `${name}-${theme}-${lang}.png`));
        await page.keyboard.press('Escape');
        if (name === 'meetings-month' || name === 'meetings-agenda') await look(page, 'list');
        if (to.includes('?')) await page.reload();
      }
    }
  }
}

/** No home keeps its preferences yet: theme and language are the system's and the person's. @param {import('playwright-core').Page} page */
async function firstRun(page) {
  await eachDress(page, 'first-run', async (lang, theme) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.getByText(lang === 'fr' ? 'Français' : 'English', { exact: true }).click();
  });
}
