import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { becomes, browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {{ id: string, given: string, family: string }[]} */
let members;

/** @param {string} home @param {string[]} words */
const meeting = (home, ...words) => carnet(home, 'meeting', 'add', '--zone', 'America/Toronto', ...words);

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const titles = ['--title', 'Livable Cities Forum', '--title-fr', 'Forum Villes viables'];
  const forum = await meeting(
    home,
    ...titles,
    ...['--start', '2028-12-09T09:00', '--minutes', '480', '--chapter', 'Quebec'],
  );
  for (const [title, room, places] of [
    ['Heat in cities', 'Room C', '2'],
    ['Floods', 'Room D', '0'],
  ])
    await meeting(
      home,
      ...['--title', title ?? '', '--title-fr', title ?? '', '--room', room ?? '', '--places', places ?? ''],
      ...['--parent', forum.id, '--start', '2028-12-09T10:30', '--minutes', '60'],
    );
  members = (await carnet(home, 'member', 'list', '--limit', '100')).items;
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const field = () => tab.page.getByRole('combobox').first();
const result = (/** @type {string} */ tone) => tab.page.locator(`[data-tone="${tone}"]`);
const idOf = (/** @type {string} */ family) => members.find((one) => one.family === family)?.id ?? '';
const scan = (/** @type {string} */ family) => tab.page.keyboard.type(`${idOf(family)}\n`);

/** Opens the door of a room, or the forum's own. @param {string} room @param {string} station */
async function stand(room, station) {
  const { page } = tab;
  if (await page.locator('.door').count()) await page.locator('button.station').click();
  await page.getByRole('radio', { name: new RegExp(`^${room}`) }).check();
  await page.getByRole('textbox', { name: 'Door' }).fill(station);
  await page.getByRole('button', { name: 'Open the door' }).click();
  await field().waitFor();
}

test('the rooms of the sessions are offered under the forum, and axe has nothing to say', async () => {
  const { page } = tab;
  await visit(page, 'door');
  await page.getByRole('radio', { name: /Livable Cities Forum/ }).check();
  await page.getByRole('radio', { name: /^Room C/ }).waitFor();
  await becomes(() => page.getByRole('radio', { name: /Heat in cities/ }).count(), 1);
  assert.deepEqual(await findings(page), []);
});

test('whoever enters a room leaves the one they were in, and a room warns before it is full', async () => {
  const { page } = tab;
  await stand('Room D', 'D');
  await page.getByText('D · Room D').waitFor();
  await scan('Gélinas');
  await result('in').getByText('Olivier Gélinas').waitFor();
  await stand('Room C', 'C');
  await scan('Gélinas');
  await result('in').getByText('Left Room D.').waitFor();
  await scan('Bélisle');
  await page.locator('aside').getByText('Full: 2 of 2 places are taken.').waitFor();
  await scan('Kelly');
  await page.locator('aside').getByText('Too full: 3 people for 2 places.').waitFor();
  await becomes(() => page.locator('.here .count').textContent(), '3');
});

test('who is still inside is listed by room with the keyboard alone, and scans go on meanwhile', async () => {
  const { page } = tab;
  await stand('The forum', 'A');
  await scan('McElroy');
  await page.locator('[data-tone]').getByText('Ann McElroy').waitFor();
  await becomes(() => page.locator('.here .count').textContent(), '4');
  await page.keyboard.press('F4');
  const panel = page.getByRole('region', { name: /4 people inside/ });
  await panel.waitFor();
  await panel.getByRole('heading', { name: /Room C.*Heat in cities/ }).waitFor();
  await becomes(() => panel.locator('li .who').count(), 4);
  assert.deepEqual(await findings(page), []);
  await panel.getByRole('searchbox').fill('belisle');
  assert.deepEqual(await panel.locator('li .who').allTextContents(), ['Marc-André Bélisle']);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.ok(await field().evaluate((input) => input === document.activeElement));
  await page.keyboard.press('F4');
  await panel.waitFor();
  await scan('Desrosiers');
  await page.locator('[data-tone]').getByText('Élie Desrosiers').waitFor();
});

test('present people are counted by chapter and by language too, and the choice is remembered', async () => {
  const { page } = tab;
  const aside = page.locator('aside');
  await aside.getByText('Chapter', { exact: true }).click();
  await aside.getByRole('list', { name: 'Chapter' }).getByText('Quebec').waitFor();
  await aside.getByText('Language', { exact: true }).click();
  const spoken = aside.getByRole('list', { name: 'Language' });
  assert.deepEqual(
    (await spoken.getByRole('listitem').allTextContents()).map((text) => text.trim().replace(/\s+/g, ' ')),
    ['French3', 'English2'].map((text) => text),
  );
  assert.ok(await field().evaluate((input) => input === document.activeElement));
  assert.deepEqual(await findings(page), []);
});

test('in French too the actions stand on one line of a small screen', async () => {
  const { page } = tab;
  await dress(page, 'fr', 'light');
  await visit(page, 'door');
  await page.locator('button[type=submit]').click();
  await field().waitFor();
  const tops = await page
    .locator('.desk .actions button')
    .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  assert.equal(tops.length, 4);
  assert.equal(new Set(tops).size, 1, String(tops));
  await dress(page, 'en', 'light');
  await visit(page, 'door');
  await page.locator('button[type=submit]').click();
  await field().waitFor();
});

test('a narrow window and large letters lose nothing', async () => {
  const { page, troubles } = tab;
  await page.setViewportSize({ width: 900, height: 640 });
  await settle(page);
  for (const name of [/Not on the list/, /Leaving/, /Who is inside/, /Undo last/])
    assert.ok(await page.getByRole('button', { name }).first().isVisible(), String(name));
  const over = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(over, false, 'the page is wider than the window');
  assert.deepEqual(troubles, []);
});
