/** The forum before its doors open: prepared on one screen, badges, paper. */
import { join } from 'node:path';
import { place } from './camera.mjs';
import { paperCodes } from '../forum.mjs';
import { carnet, visit } from '../window.mjs';

/** @type {import('./camera.mjs').Picture[]} */
export const prepared = [
  ['prepare', 'meetings?at=forum', theForum],
  ['prepare-badges', 'meetings?at=badges', (page) => theForum(page).then(() => someBadges(page))],
  ['paper', 'meetings?at=paper', (page) => theForum(page, 'paper').then(() => typePaper(page))],
];

/** Row codes of the forum's paper. @type {string[]} */
let codes = [];

/** Prints the forum's paper, for its rows to be typed. @param {string} home */
export async function printPaper(home) {
  const { items } = await carnet(home, 'meeting', 'list');
  const onSite = items.find((/** @type {any} */ one) => one.mode === 'on-site' && !one.parent).id;
  codes = await paperCodes(home, onSite, join(place, 'sheet.pdf'));
}

/**
 * The forum of the demonstration, with its laptops at their doors, as it is prepared or its paper is typed.
 * @param {import('playwright-core').Page} page
 * @param {'prepare' | 'paper'} [what]
 */
async function theForum(page, what = 'prepare') {
  const id = await page.evaluate(async () => {
    const { Forum, Meetings } = /** @type {any} */ (window).go.desktop;
    const all = await Meetings.Meetings({ from: '', to: '', chapter: '', text: 'Montréal' });
    const forum = all.find((/** @type {any} */ row) => row.mode === 'on-site').id;
    const { laptops, stations } = await Forum.Prepare(forum);
    for (const [at, laptop] of laptops.slice(0, 3).entries())
      await Forum.SetDoor(forum, laptop.device, stations[at], '');
    const code = await Forum.ClockCode();
    await Forum.ReadClock(forum, laptops[1].device, await Forum.AnswerClock(code));
    return forum;
  });
  await visit(page, `meetings?${what}=${id}`);
}

/** Badges for labels of which two are used. @param {import('playwright-core').Page} page */
async function someBadges(page) {
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').first().click();
  await page.getByRole('option', { name: /L7165/ }).click();
  await dialog.getByRole('combobox').nth(2).click();
  await page.getByRole('option').nth(2).click();
}

/** Some rows of paper, one of them twice, and whose the next one is. @param {import('playwright-core').Page} page */
async function typePaper(page) {
  await page.locator('#paper-row').waitFor();
  const some = codes.splice(0, 6); // others in each language and theme: nothing is noted twice
  for (const [at, code] of some.slice(0, 5).entries())
    await page.keyboard.type(`${code} 9${String(at * 7).padStart(2, '0')}${at === 2 ? ' 1630' : ''}\n`);
  await page.keyboard.type(`${some[1]} 907\n`);
  await page.keyboard.type(`${some[5]} 9`);
}
