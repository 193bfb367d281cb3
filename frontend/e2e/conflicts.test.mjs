import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { becomes, browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;

before(async () => {
  await build();
  const [home, other, stick, file] = ['home', 'other', 'stick', 'invitation'].map(work.path);
  mkdirSync(String(stick));
  await carnet(
    String(home),
    'network',
    'create',
    '--name',
    'Réseau',
    '--office',
    'Toronto',
    '--coordinator',
    'A. Roy',
  );
  await carnet(String(home), 'remote', 'set', `file://${stick}`);
  const ids = [];
  for (const family of ['Tremblay', 'Bélisle', 'McElroy', 'Singh'])
    ids.push((await carnet(String(home), 'member', 'add', '--given', 'Dominique', '--family', family)).id);
  await carnet(
    String(home),
    'invite',
    'create',
    '--office',
    'Montréal',
    '--coordinator',
    'G. Gagnon',
    '--role', // another office's members are only an administrator's to change
    'admin',
    '--out',
    String(file),
  );
  await carnet(String(other), 'invite', 'accept', String(file));
  for (const one of [other, home, other]) await carnet(String(one), 'sync');
  for (const id of ids.slice(0, 3)) {
    await carnet(String(home), 'member', 'set', id, 'phone=+1 514 555 0102');
    await carnet(String(other), 'member', 'set', id, 'phone=+1 450 555 0148');
  }
  await carnet(String(home), 'member', 'remove', ids[3]);
  await carnet(String(other), 'member', 'set', ids[3], 'title=Mairesse');
  for (const one of [home, other, home]) await carnet(String(one), 'sync');
  window = await serve(String(home));
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const cards = () => tab.page.getByRole('article');

test('axe finds nothing, in both languages and themes', async () => {
  const { page } = tab;
  for (const lang of /** @type {const} */ (['fr', 'en'])) {
    for (const theme of /** @type {const} */ (['dark', 'light'])) {
      await dress(page, lang, theme);
      await visit(page, 'conflicts');
      await cards().first().waitFor();
      assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
    }
  }
});

test('both values stand side by side with who, where and when; a deletion is told in words', async () => {
  const { page } = tab;
  await visit(page, 'conflicts');
  await becomes(() => cards().count(), 4);
  const words = (await cards().first().textContent()) ?? '';
  for (const part of ['+1 514 555 0102', '+1 450 555 0148', 'A. Roy', 'G. Gagnon', 'Montréal'])
    assert.match(words, new RegExp(part.replace('+', '\\+')));
  await page.getByText('One person deleted this record').waitFor();
});

test('a number key keeps that value, and Ctrl-Z takes the choice back', async () => {
  const { page } = tab;
  await visit(page, 'conflicts');
  await cards().first().focus();
  await page.keyboard.press('1');
  await page.waitForFunction(() => document.querySelectorAll('article').length === 3);
  await page.keyboard.press('Control+z');
  await page
    .getByText(/^Undone/)
    .first()
    .waitFor();
});

test('a third value is written, and Escape goes back without losing the card', async () => {
  const { page } = tab;
  await visit(page, 'conflicts');
  const phone = cards().filter({ hasText: 'Phone' }).first();
  await phone.focus();
  await page.keyboard.press('3');
  const field = phone.getByRole('textbox');
  await field.waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  await page.keyboard.press('3');
  await phone.getByRole('textbox').fill('+1 819 555 0177');
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Enter');
  await page.getByText('+1 819 555 0177').waitFor({ state: 'detached' });
});

test('several are selected with the keyboard, settled together, and taken back in one step', async () => {
  const { page } = tab;
  await visit(page, 'conflicts');
  const all = await cards().count();
  await cards().nth(0).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  const some = page.getByRole('group', { name: 'Selected: 2' });
  await some.waitFor();
  assert.deepEqual(await findings(page), []);
  await some.getByRole('button', { name: 'Keep those of G. Gagnon' }).click();
  await page.waitForFunction((left) => document.querySelectorAll('article').length === left, all - 2);
  await page.keyboard.press('Control+z');
  await page.waitForFunction((left) => document.querySelectorAll('article').length === left, all);
});

test('the newest of all is kept after one question, and then there is nothing left to choose', async () => {
  const { page, troubles } = tab;
  await visit(page, 'conflicts');
  await page.getByRole('button', { name: 'Keep the newest' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/conflicts? at once|This settles/).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByRole('button', { name: 'Yes, settle them' }).click();
  await page.getByText('No conflict').waitFor();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(troubles, []);
});
