/** The forum is prepared on one screen by keyboard alone: doors, badges, rosters, clocks; what was done is noted, and what is to do is said. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { findings } from './axe.mjs';
import { forumOf } from './forum.mjs';
import { browser, build, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {string} */
let forum;

before(async () => {
  await build();
  const home = work.path('home');
  forum = await forumOf(home, work.path, 20);
  // The program for PDF files is one that notes what it was given.
  mkdirSync(work.path('bin'), { recursive: true });
  writeFileSync(work.path('bin/xdg-open'), `#!/bin/sh\necho "$1" > '${work.path('opened')}'\n`);
  chmodSync(work.path('bin/xdg-open'), 0o755);
  process.env.PATH = `${work.path('bin')}:${process.env.PATH}`;
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
  await visit(tab.page, `meetings?id=${forum}`);
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const title = () => tab.page.getByRole('heading', { name: 'Prepare: Livable Cities Forum' });
const card = (/** @type {string} */ name) =>
  tab.page.getByRole('listitem').filter({ has: tab.page.getByRole('heading', { name, exact: true }) });

/** What stands on the pages that were opened last. */
async function opened() {
  for (let tries = 0; tries < 100 && !existsSync(work.path('opened')); tries++) await setTimeout(100);
  const path = readFileSync(work.path('opened'), 'utf8').trim();
  rmSync(work.path('opened'));
  return { path, text: execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }) };
}

test('the button of the meeting and the palette lead there', async () => {
  const { page } = tab;
  await page.getByRole('button', { name: 'Prepare the forum' }).click();
  await title().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Prepare the forum' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('prepare the f');
  await page.keyboard.press('Enter');
  await title().waitFor();
  await page.getByText('No laptop is a door yet.').waitFor();
  assert.deepEqual(await findings(page), []);
});

test('this laptop becomes door A by keyboard, and the other door is asked for', async () => {
  const { page } = tab;
  await page.getByRole('combobox', { name: /Door of A. Roy/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Door A' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Door A', exact: true }).waitFor();
  await page.getByText('Door B has no laptop yet.').waitFor();
  assert.deepEqual(await findings(page), []);
});

test('badges are printed by B, noted, and only who has none is asked for then', async () => {
  const { page } = tab;
  await page.locator('h1').click();
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: 'Badges' });
  await dialog.getByText(/^\d+ badges on \d+ pages$/).waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Open PDF' }).focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  const badges = await opened();
  assert.match(badges.path, /Badges Livable Cities Forum\.pdf$/);
  assert.match(badges.text.replace(/\s/g, ''), /Marc-AndréBélisle.*Sainte-Marguerite-du-Lac-Masson/s);
  assert.match(badges.text.replace(/\s/g, ''), /ᐄᓕᓯElisiᐃᓄᒃ/);
  await card('Badges')
    .getByText(/^Printed for all \d+/)
    .waitFor();
  await page.keyboard.press('b');
  await dialog.getByText('Without one 0').click();
  await dialog.getByText('Nobody to print for').waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'Save PDF' }).isDisabled());
  await dialog.getByText('Chosen 0').click();
  await dialog.getByRole('searchbox').fill('belis');
  await dialog.getByRole('checkbox', { name: /Marc-André Bélisle/ }).check();
  await dialog.getByText('1 badge on 1 page').waitFor();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
});

test('rosters are printed by R in French while the window is English', async () => {
  const { page } = tab;
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Rosters for a black-out' });
  await dialog.getByText('Français').click();
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Open PDF' }).click();
  await dialog.waitFor({ state: 'detached' });
  const roster = await opened();
  assert.match(roster.path, /Liste Forum Villes viables\.pdf$/);
  assert.match(roster.text, /Bélisle, Marc-André/);
  await card('Rosters for a black-out')
    .getByText(/^Printed/)
    .waitFor();
});

test('without a network the clocks are compared by two codes, by keyboard', async () => {
  const { page } = tab;
  await page.getByRole('button', { name: /Compare by two codes/ }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /two codes/ });
  await dialog.getByRole('button', { name: 'Show a code' }).click();
  const code = (await dialog.locator('.code').textContent()) ?? '';
  assert.match(code, /^[2-9A-HJ-NP-Z]{7}$/);
  assert.deepEqual(await findings(page), []);
  await dialog.getByText('answers', { exact: true }).click();
  await dialog.getByLabel('The code that the other laptop shows').fill(code);
  await page.keyboard.press('Enter');
  await dialog.locator('.code').waitFor();
  await dialog.getByLabel('The code that the other laptop shows').fill('AAAAAAA');
  await page.keyboard.press('Enter');
  await page.getByText(/code/i).last().waitFor();
  await page.keyboard.press('Escape');
});

test('O opens the door of this laptop, and Ctrl-Z takes a door back', async () => {
  const { page } = tab;
  await page.keyboard.press('Control+z');
  await settle(page);
  await page.keyboard.press('o');
  await page.getByRole('radio', { name: /Livable Cities Forum/ }).waitFor();
  assert.ok(await page.getByRole('radio', { name: /Livable Cities Forum/ }).isChecked());
});

test('axe finds nothing in both languages and themes, and narrow and zoomed windows lose nothing', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      await visit(page, `meetings?prepare=${forum}`);
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
  assert.deepEqual(troubles, []);
});
