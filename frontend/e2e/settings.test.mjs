import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { browser, build, carnet, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;

before(async () => {
  await build();
  const home = work.path('home');
  await carnet(
    home,
    'network',
    'create',
    '--name',
    'Réseau',
    '--office',
    'Toronto',
    '--coordinator',
    'A. Roy',
  );
  window = await serve(home);
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

test('language, theme and rows change at once and are remembered', async () => {
  const { page, troubles } = await open(chrome, window.address);
  await visit(page, 'settings');
  await page.getByText('Français', { exact: true }).click();
  await page.getByRole('heading', { name: 'Réglages' }).waitFor();
  await page.getByText('Sombre', { exact: true }).click();
  await page.getByText('Serrées', { exact: true }).click();
  const dressed = () =>
    page.evaluate(() => ({ ...document.documentElement.dataset, lang: document.documentElement.lang }));
  assert.deepEqual(await dressed(), { theme: 'dark', density: 'compact', lang: 'fr-CA' });
  assert.deepEqual(await findings(page), []);
  await page.reload();
  await page.getByRole('heading', { name: 'Réglages' }).waitFor();
  assert.deepEqual(await dressed(), { theme: 'dark', density: 'compact', lang: 'fr-CA' });
  await page.getByText('English', { exact: true }).click();
  await page.getByText('Light', { exact: true }).click();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(troubles, []);
});

test('at twice the size and in a narrow window nothing is cut off at the side', async () => {
  const { page } = await open(chrome, window.address, { width: 640, height: 400 });
  for (const place of ['today', 'meetings', 'door', 'conflicts', 'network', 'settings']) {
    await visit(page, place);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${place} is ${over} px too wide`);
  }
});

test('a passphrase is taken away and set again', async () => {
  const { page, troubles } = await open(chrome, window.address);
  await visit(page, 'settings');
  await page.getByText('The notebook opens with your passphrase').waitFor();
  await page.getByRole('button', { name: 'Remove the passphrase' }).click();
  await page.getByText('The key lies in a plain file').waitFor();
  await page.getByRole('button', { name: 'Set the passphrase' }).click();
  await page.getByLabel('New passphrase').fill('elm birch maple');
  await page.getByLabel('The same again').fill('elm birch maples');
  await page.getByText('The two are not the same.').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByLabel('The same again').fill('elm birch maple');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Change the passphrase' }).waitFor();
  assert.deepEqual(troubles, []);
});
