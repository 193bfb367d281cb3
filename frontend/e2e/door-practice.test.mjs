import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { becomes, browser, build, carnet, dress, open, serve, visit, workplace } from './window.mjs';

const work = workplace();
const home = work.path('home');
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {{ id: string, given: string, family: string }[]} */
let members;
let forum = '';

before(async () => {
  await build();
  await found(home, work.path);
  const made = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Livable Cities Forum', '--title-fr', 'Forum Villes viables'],
    ...[
      '--start',
      '2028-12-09T09:00',
      '--zone',
      'America/Toronto',
      '--minutes',
      '480',
      '--audience',
      'elected',
    ],
  );
  forum = made.id;
  members = (await carnet(home, 'member', 'list', '--limit', '100')).items;
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
  await visit(tab.page, 'door');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const field = () => tab.page.getByRole('combobox').first();
const result = (/** @type {string} */ tone) => tab.page.locator(`[data-tone="${tone}"]`);
const idOf = (/** @type {string} */ family) => members.find((one) => one.family === family)?.id ?? '';

test('a rehearsal says so in large letters, and works like the door', async () => {
  const { page } = tab;
  await page.getByRole('textbox', { name: 'Door' }).fill('A');
  await page.getByRole('button', { name: 'Rehearse' }).click();
  const banner = page.getByText('Rehearsal: nothing counts');
  await banner.waitFor();
  const size = await banner.evaluate((words) => parseFloat(getComputedStyle(words).fontSize));
  assert.ok(size >= 28, `the words are ${size} px`);
  await page.keyboard.type(`${idOf('McElroy')}\n`);
  await result('in').getByText('Ann McElroy').waitFor();
  await page.keyboard.press('F2');
  await page.keyboard.type('Noor Okafor\n');
  await page.keyboard.type('Lyon');
  await page.keyboard.press('Enter');
  await page.locator('[data-tone]').getByText('Noor Okafor').waitFor();
  await page.keyboard.press('Control+z');
  await result('out').getByText('Noor Okafor').waitFor();
  await page.getByText('3 scans tried').waitFor();
  assert.deepEqual(await findings(page), []);
});

test('its end says how many scans were thrown away, and nothing of it stays', async () => {
  const { page } = tab;
  await page.getByRole('button', { name: 'End the rehearsal' }).click();
  await page.getByText('The rehearsal is over: 3 scans were thrown away.').first().waitFor();
  await page.getByText('Rehearsal: nothing counts').waitFor({ state: 'detached' });
  await becomes(() => page.locator('.here .count').textContent(), '0');
  assert.ok(await field().evaluate((input) => input === document.activeElement));
});

test('who is not eligible is let in with the reason and what may be done', async () => {
  const { page } = tab;
  await page.keyboard.type(`${idOf('Gélinas')}\n`);
  const look = result('look');
  await look.getByText('Olivier Gélinas').waitFor();
  await look.getByText(/not for the role|for the role/).waitFor();
  await look.getByText('take it back with Undo').waitFor();
  assert.deepEqual(await findings(page), []);
});

test('a visitor is judged at once, provisionally, and may have a badge and a confirmation', async () => {
  const { page, troubles } = tab;
  await page.keyboard.press('F2');
  await page.keyboard.type('Eve Essai\n');
  await page.keyboard.type('gatin');
  await page.getByRole('option', { name: /Gatineau/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('Email, for a confirmation').fill('eve@example');
  await page.getByText('Elected', { exact: true }).click();
  await page.keyboard.press('Enter');
  await page.getByText('This is not an email address.').waitFor();
  await page.getByLabel('Email, for a confirmation').fill('eve@example.org');
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Enter');
  const told = result('in');
  await told.getByText('Eve Essai').waitFor();
  await told.getByText(/^Eligible/).waitFor();
  await told.getByText('Provisional: the office confirms it afterwards.').waitFor();
  await told.getByText(/No confirmation from this laptop/).waitFor();
  await told.getByRole('button', { name: 'Print a badge' }).waitFor();
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(troubles, []);
  await window.stop(); // it has the home until then
  const { items } = await carnet(home, 'registration', 'list', '--meeting', forum);
  window = await serve(home);
  assert.deepEqual(
    items.map((/** @type {any} */ one) => [one.status, one.source]),
    [['approved', 'door']],
  );
});
