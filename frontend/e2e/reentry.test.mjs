/** Paper of a black-out is typed in by keyboard alone: the name before Enter, thirty rows without a pause, nothing twice, the last one taken back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { forumOf, paperCodes } from './forum.mjs';
import { becomes, browser, build, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {string} */
let forum;
/** @type {string[]} */
let codes;
const home = work.path('home');

before(async () => {
  await build();
  forum = await forumOf(home, work.path, 40);
  codes = await paperCodes(home, forum, work.path('sheet.pdf'));
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
  await visit(tab.page, `meetings?id=${forum}`);
  await tab.page.keyboard.press('p');
  await tab.page.getByRole('heading', { name: /Prepare: Livable Cities Forum/ }).waitFor();
  await tab.page.keyboard.press('p');
  await field().waitFor();
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const field = () => tab.page.getByLabel('Row: code and time');
const rows = () => tab.page.getByRole('list', { name: 'Rows typed' }).getByRole('listitem');

test('the field has the focus, and the name stands there before Enter', async () => {
  const { page } = tab;
  assert.ok(codes.length >= 30, `${codes.length} codes are on the sheet`);
  assert.ok(await field().evaluate((input) => input === document.activeElement));
  await page.keyboard.type((codes[0] ?? '').toLowerCase());
  await page.locator('.look .who').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
});

test('a wrong code is named at once and stays in the field', async () => {
  const { page } = tab;
  await page.keyboard.type('ZZZZZ');
  await page.locator('.look.bad').getByText('ZZZZZ').waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await field().inputValue(), 'ZZZZZ');
  assert.equal(await rows().count(), 0);
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
});

test('thirty rows go in by keyboard alone, each noted once', async () => {
  const { page } = tab;
  const began = Date.now();
  for (const [at, code] of codes.slice(0, 30).entries()) {
    // As hands that know the keys: ten letters and Enter, and no waiting for anything.
    await page.keyboard.type(`${code} 9${String(at).padStart(2, '0')}`, { delay: 60 });
    await page.keyboard.press('Enter');
  }
  await page.locator('.totals').getByText('30 rows now').waitFor();
  const took = Date.now() - began;
  console.log(`thirty rows took ${(took / 1000).toFixed(1)} s, typing included`);
  await becomes(() => page.locator('.totals').getByText('30 arrivals').count(), 1);
  const present = await page.evaluate(
    async (id) => (await /** @type {any} */ (window).go.desktop.Meetings.Meeting(id)).present.length,
    forum,
  );
  assert.equal(present, 30);
});

test('a row typed twice says so and is noted once', async () => {
  const { page } = tab;
  await page.keyboard.type(`${codes[0]} 900`);
  await page.locator('.look .text').getByText('Typed before: in 9:00').waitFor();
  await page.keyboard.press('Enter');
  await rows().first().getByText('nothing was noted twice').waitFor();
  await becomes(() => page.locator('.totals').getByText('30 arrivals').count(), 1);
});

test('a time that is none comes back into the field with the reason', async () => {
  const { page } = tab;
  await page.keyboard.type(`${codes[31]} 2561`);
  await page.keyboard.press('Enter');
  await page.locator('.look.wrong .text').waitFor();
  assert.equal(await field().inputValue(), `${codes[31]} 2561`);
  await page.keyboard.press('Escape');
});

test('departures and walk-ins go in, and Ctrl-Z takes the last row back', async () => {
  const { page } = tab;
  await page.keyboard.type(`${codes[1]} - 1630\n`);
  await rows().first().getByText('out 16:30').waitFor();
  await page.keyboard.type('+ Noor Okafor, Gatineau, 1015\n');
  await rows().first().getByText('written down').waitFor();
  await becomes(() => page.locator('.totals').getByText('31 arrivals').count(), 1);
  await page.keyboard.press('Control+z');
  await rows().first().getByText('Taken back').waitFor();
  await page.locator('.totals').getByText('30 arrivals').waitFor();
  await page.keyboard.type('+ Noor Okafor, Gatineau, 1015\n');
  await page.locator('.totals').getByText('31 arrivals').waitFor();
});

test('axe finds nothing in both languages and themes, narrow windows lose nothing, and Escape goes back', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      await visit(page, `meetings?paper=${forum}`);
      await page.keyboard.type(`${codes[2]} 902\n`);
      await settle(page);
      assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
    }
  }
  for (const [width, height] of /** @type {const} */ ([
    [900, 700],
    [640, 400],
  ])) {
    await page.setViewportSize({ width, height });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} pixels too wide at ${width}`);
  }
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: /Préparer : Forum Villes viables/ }).waitFor();
  assert.deepEqual(troubles, []);
});
