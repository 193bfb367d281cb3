/** Meetings, who asks for them, and what is left to do after them. */
import { join } from 'node:path';
import { place } from './camera.mjs';
import { settle } from '../window.mjs';

/** @type {import('./camera.mjs').Picture[]} */
export const meetings = [
  ['meetings', 'meetings'],
  ['meetings-month', 'meetings?view=month', (page) => look(page, 'month')],
  ['meetings-agenda', 'meetings?view=agenda', (page) => look(page, 'agenda')],
  ['series-new', 'meetings?new=', planSeries],
  ['requests', 'meetings?view=requests', chooseSome],
  ['registrations', 'meetings?for=MEETING'],
  ['audience', 'chapters?id=CHAPTER', editAudience],
  ['after-notes', 'meetings?after=FORUM&tab=notes', (page) => page.getByRole('grid').first().waitFor()],
  ['after-people', 'meetings?after=FORUM&tab=people'],
  ['after-summary', 'meetings?after=FORUM&tab=summary'],
  ['report-import', 'meetings?report=1', handReport],
];

/** Chooses list, month or agenda on Meetings. @param {import('playwright-core').Page} page @param {'list' | 'month' | 'agenda'} view */
export async function look(page, view) {
  const [english, french] = {
    list: ['List', 'Liste'],
    month: ['Month', 'Mois'],
    agenda: ['Agenda', 'Agenda'],
  }[view];
  const words = page.getByText(english ?? '', { exact: true });
  await words
    .or(page.getByText(french ?? '', { exact: true }))
    .first()
    .click();
}

/** A call across the zones, as its form shows it before it is made. @param {import('playwright-core').Page} page */
async function planSeries(page) {
  const pane = page.locator('aside');
  const french = await page.evaluate(() => document.documentElement.lang.startsWith('fr'));
  await pane.locator('input').nth(0).fill('Electeds-only call');
  await pane.locator('input').nth(1).fill('Appel des personnes élues');
  await pane.locator('input[type=date]').first().fill('2027-02-17');
  await pane.getByLabel(french ? 'Heure' : 'Time', { exact: true }).fill(french ? '13 h' : '13:00');
  await pane
    .locator('.field', { hasText: french ? 'Répétition' : 'Repeats' })
    .locator('.choice')
    .click();
  await page.getByRole('option').nth(2).click();
  await pane.locator('table').waitFor();
  await settle(page);
  await pane.locator('table').scrollIntoViewIfNeeded();
}

/** Three requests under one decision. @param {import('playwright-core').Page} page */
async function chooseSome(page) {
  await page.getByRole('row', { name: /Priya Nair/ }).click();
  await page.locator('aside h2').waitFor();
}

/** The rule of a chapter while it is put together. @param {import('playwright-core').Page} page */
async function editAudience(page) {
  await page.locator('aside dl [aria-haspopup=dialog]').click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.presets button').nth(3).click();
  await dialog.locator('.adding button').nth(1).click();
  await settle(page);
  await dialog.locator('li.within .choice').nth(0).click();
  await page
    .getByRole('option', { name: /Mandate ends on or after|Mandat se terminant à partir du/ })
    .click();
  await dialog.locator('input[type=date]').fill('2027-01-01');
  await dialog.locator('li.group button').first().click();
  await settle(page);
  await dialog.locator('li.within .choice').nth(1).click();
  await page.getByRole('option', { name: 'Province', exact: false }).first().click();
  await dialog.locator('li.within').nth(1).locator('.choice').nth(1).click();
  await page.getByRole('button', { name: 'Nunavut' }).click();
  await page.getByRole('button', { name: /Yukon/ }).click();
  await page.keyboard.press('Escape');
}

/** A report with a stranger, before it is taken in. @param {import('playwright-core').Page} page */
async function handReport(page) {
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(join(place, 'strangers.csv'));
  await page.locator('#how-read').waitFor();
}
