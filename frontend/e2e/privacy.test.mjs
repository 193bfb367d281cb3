/** A person asks what is known of them, and to be forgotten: told in full, done everywhere, and signed by each laptop. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const [home, other, stick, file] = ['home', 'other', 'stick', 'invitation'].map((name) => work.path(name));
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
let id = '';

before(async () => {
  await build();
  mkdirSync(String(stick));
  const first = String(home);
  await carnet(
    first,
    ...['network', 'create', '--name', 'Réseau', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  await carnet(first, 'remote', 'set', `file://${stick}`);
  await carnet(
    first,
    ...['invite', 'create', '--office', 'Toronto', '--coordinator', 'L. Essai', '--out', String(file)],
  );
  await carnet(String(other), 'invite', 'accept', String(file));
  for (const one of [other, home, other]) await carnet(String(one), 'sync');
  id = (
    await carnet(first, 'member', 'add', '--given', 'Zoé', '--family', 'Avant', '--email', 'zoe@example.org')
  ).id;
  await carnet(first, 'member', 'set', id, 'family=Tremblay');
  await carnet(first, 'consent', 'record', id, '--basis', 'express', '--source', 'form');
  await carnet(first, 'member', 'add', '--given', 'Ann', '--family', 'McElroy');
  for (const one of [home, other]) await carnet(String(one), 'sync');
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

/** @param {string} name */
async function choose(name) {
  const { page } = tab;
  await visit(page, `members?id=${id}`);
  await page.locator('aside').getByText('zoe@example.org').waitFor();
  await page.getByRole('button', { name: 'Actions' }).last().click();
  await page.getByRole('menuitem', { name }).click();
}

test('a coordinator reads to a person all that is known of them, and is not offered to erase it', async () => {
  window = await serve(String(other));
  tab = await open(chrome, window.address, { still: true });
  const { page } = tab;
  await dress(page, 'fr', 'dark');
  await choose('Ce qui est connu de cette personne…');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Ce que Carnet sait de Zoé Tremblay').waitFor();
  for (const text of ['zoe@example.org', /Avant → Tremblay/, /form/])
    await dialog.getByText(text).first().waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Actions' }).last().click();
  assert.equal(await page.getByRole('menuitem', { name: 'Effacer pour de bon…' }).count(), 0);
  await tab.close();
  await window.stop();
});

test('what is known is copied as text', async () => {
  window = await serve(String(home));
  tab = await open(chrome, window.address, { still: true });
  const { page } = tab;
  await dress(page, 'en', 'light');
  await choose('What is known of this person…');
  const dialog = page.getByRole('dialog');
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Copy the text' }).click();
  await dialog.getByText('Copied.').waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['What Carnet knows of Zoé Tremblay', 'zoe@example.org', 'Avant → Tremblay'])
    assert.ok(text.includes(part), text);
  await dialog.getByRole('button', { name: 'Done' }).click();
});

test('a member is erased only after a reason is given and the name typed, and nothing brings them back', async () => {
  const { page } = tab;
  await choose('Erase for good…');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/go from this laptop at once, with 1 consent/).waitFor();
  await dialog.getByText(/1 other laptop erases at its next exchange/).waitFor();
  const erase = dialog.getByRole('button', { name: 'Erase everywhere' });
  assert.ok(await erase.isDisabled());
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('textbox').fill('Zoé');
  assert.ok(await erase.isDisabled());
  await dialog.getByRole('button', { name: 'Why' }).or(dialog.getByLabel('Why')).first().click();
  await page.getByRole('option', { name: 'Should never have been here' }).click();
  await dialog.getByRole('textbox').fill('zoé tremblay');
  await page.keyboard.press('Enter');
  await page.getByText('Erased here.').waitFor();
  await page.getByText('Tremblay').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await settle(page);
  assert.equal(await page.getByText('Tremblay').count(), 0);
});

test('each laptop signs that it erased, and the window says who has not', async () => {
  const { page, troubles } = tab;
  const section = page.locator('section[aria-labelledby=erasures]');
  for (const [lang, theme, show, waits] of /** @type {const} */ ([
    ['fr', 'dark', 'Qui a signé pour', 'N’a pas encore signé'],
    ['en', 'light', 'Who has signed for', 'Has not signed yet'],
  ])) {
    await dress(page, lang, theme);
    await visit(page, 'network');
    await section.getByRole('button', { name: show }).click();
    await section.getByText(waits).last().waitFor();
    assert.deepEqual(await findings(page), [], lang);
  }
  await section.getByText('Should never have been here').waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await section.getByText('1 of 2 laptops has signed').waitFor({ timeout: 30_000 });
  await carnet(String(other), 'sync');
  for (
    let tries = 0;
    tries < 20 && !(await section.getByText('2 of 2 laptops have signed').count());
    tries++
  ) {
    await page.getByRole('button', { name: 'Sync now' }).click();
    await settle(page);
    await carnet(String(other), 'sync');
  }
  await section.getByText('2 of 2 laptops have signed').waitFor();
  assert.equal(await section.getByText('Has not signed yet').count(), 0);
  const left = await carnet(String(other), 'member', 'list');
  assert.deepEqual(
    left.items.map((/** @type {any} */ one) => one.family),
    ['McElroy'],
  );
  assert.deepEqual(troubles, []);
});
