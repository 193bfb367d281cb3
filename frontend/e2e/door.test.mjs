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
/** @type {string[]} */
const letIn = [];

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  await carnet(
    home,
    ...[
      'meeting',
      'add',
      '--title',
      'Livable Cities Forum',
      '--title-fr',
      'Forum Villes viables',
      '--chapter',
      'Quebec',
    ],
    ...[
      '--start',
      '2028-12-09T09:00',
      '--zone',
      'America/Toronto',
      '--minutes',
      '480',
      '--place',
      'Montréal',
    ],
  );
  members = (await carnet(home, 'member', 'list', '--limit', '100')).items;
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
  await visit(tab.page, 'door');
  assert.deepEqual(await findings(tab.page), []);
  await tab.page.getByRole('radio', { name: /Livable Cities Forum/ }).check();
  await tab.page.getByRole('textbox', { name: 'Door' }).fill('A');
  await tab.page.getByRole('button', { name: 'Open the door' }).click();
  await field().waitFor();
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const field = () => tab.page.getByRole('combobox').first();
const result = (/** @type {string} */ tone) => tab.page.locator(`[data-tone="${tone}"]`);
const idOf = (/** @type {string} */ family) => members.find((one) => one.family === family)?.id ?? '';

test('a scanner’s code is noted without Enter, and the field is free and has the focus', async () => {
  const { page } = tab;
  await page.keyboard.type(`CARNET:${idOf('Gélinas')}`);
  await result('in').getByText('Olivier Gélinas').waitFor();
  assert.equal(await field().inputValue(), '');
  assert.ok(await field().evaluate((input) => input === document.activeElement));
});

test('the same person again is told to be in already', async () => {
  const { page } = tab;
  await page.keyboard.type(`${idOf('Gélinas')}\n`);
  await result('in').getByText('Already in since').waitFor();
});

test('three letters find people; arrows and Enter let one in', async () => {
  const { page } = tab;
  await page.keyboard.type('tremb', { delay: 60 });
  const options = page.getByRole('option');
  await options.first().waitFor();
  const second = (await options.nth(1).locator('.who').textContent())?.trim() ?? '';
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await result('in').getByText(second).waitFor();
  letIn.push(members.find((one) => `${one.given} ${one.family}` === second)?.id ?? '');
});

test('twenty scans faster than the disk are all noted, each once', async () => {
  const { page } = tab;
  const some = members.slice(0, 10).map((one) => one.id);
  for (const id of [...some, ...some]) await page.keyboard.type(`${id}\n`);
  await page.getByText('being noted').waitFor({ state: 'detached' });
  await settle(page);
  const inside = new Set([...some, idOf('Gélinas'), ...letIn]);
  await becomes(() => page.locator('.here .count').textContent(), String(inside.size));
  assert.equal(await page.getByText('not noted yet').count(), 0);
});

test('an unknown code is said with sign and words', async () => {
  const { page } = tab;
  await page.keyboard.type('mem_zzzzzzzzzzzzzzzz\n');
  await result('unknown').getByText('Unknown code').waitFor();
});

test('leaving mode is shown and notes departures, Escape goes back', async () => {
  const { page } = tab;
  await page.keyboard.press('F3');
  await page.getByText('Leaving mode').waitFor();
  await page.keyboard.type(`${idOf('Gélinas')}\n`);
  await result('out').getByText('Olivier Gélinas').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Leaving mode').waitFor({ state: 'detached' });
});

test('a person who is not on the list is let in with two fields and Enter', async () => {
  const { page } = tab;
  await page.keyboard.press('F2');
  await page.keyboard.type('Noor Okafor');
  await page.keyboard.press('Enter');
  await page.keyboard.type('gatin');
  await page.getByRole('option', { name: /Gatineau/ }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await result('in').getByText('Noor Okafor').waitFor();
  assert.ok(await field().evaluate((input) => input === document.activeElement));
});

test('Ctrl-Z takes back the last scan of this door', async () => {
  const { page } = tab;
  await page.keyboard.press('Control+z');
  await result('out').getByText('Noor Okafor').waitFor();
});

test('any click gives the focus back to the field', async () => {
  const { page } = tab;
  await page.locator('aside').click({ position: { x: 40, y: 40 } });
  assert.ok(await field().evaluate((input) => input === document.activeElement));
});

test('the locked door goes on scanning and is left by a typed word', async () => {
  const { page } = tab;
  await page.getByRole('button', { name: 'Lock' }).click();
  assert.equal(await page.getByRole('button', { name: 'Leave the door' }).count(), 0);
  await page.keyboard.press('Control+k');
  await page.keyboard.type(`${idOf('Bélisle')}\n`);
  await page.getByRole('status').getByText('Marc-André Bélisle').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByLabel('Word to unlock').fill('nothing');
  await page.keyboard.press('Enter');
  await page.getByText('That is not the word').waitFor();
  await page.getByLabel('Word to unlock').fill('open');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Leave the door' }).waitFor();
});

test('axe finds nothing on the door, in both languages and themes', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      await visit(page, 'door');
      await page.locator('button[type=submit]').click();
      await field().waitFor();
      await page.keyboard.type(`${idOf('Bélisle')}\n`);
      await settle(page);
      assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
    }
  }
  assert.deepEqual(troubles, []);
});
