import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
const stick = work.path('stick');

before(async () => {
  await build();
  mkdirSync(stick);
  const [home, other] = [work.path('home'), work.path('other')];
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
  await carnet(home, 'remote', 'set', `file://${stick}`);
  const file = work.path('invitation');
  await carnet(home, 'invite', 'create', '--office', 'Montréal', '--coordinator', 'G. Gagnon', '--out', file);
  await carnet(other, 'invite', 'accept', file);
  for (const one of [other, home, other]) await carnet(one, 'sync');
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

test('axe finds nothing on the screen, its forms and its dialogs, in both languages and themes', async () => {
  const { page } = tab;
  for (const lang of /** @type {const} */ (['fr', 'en'])) {
    for (const theme of /** @type {const} */ (['dark', 'light'])) {
      await dress(page, lang, theme);
      await visit(page, 'network');
      assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
    }
  }
  await visit(page, 'network?invite=1');
  assert.deepEqual(await findings(page), [], 'invitation');
  await page.keyboard.press('Escape');
});

test('a place is tried before it is used, and says in a sentence how it went', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByRole('radio', { name: /An S3 bucket/ }).check();
  await page.getByRole('textbox', { name: 'Server' }).fill('127.0.0.1:1');
  await page.getByLabel('Bucket', { exact: true }).fill('nobody');
  await page.getByRole('button', { name: 'Try the connection' }).click();
  await page.getByRole('alert').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByRole('radio', { name: /A folder/ }).check();
  await page.getByLabel('Folder', { exact: true }).fill(stick);
  assert.equal(await page.getByRole('alert').count(), 0);
  await page.getByRole('button', { name: 'Try the connection' }).click();
  await page.locator('.notice.note').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByRole('button', { name: 'Use this place' }).click();
  await page.getByRole('button', { name: 'Change…' }).waitFor();
});

test('an invitation is made, shown and copied, with its words apart from the file', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Invite a laptop' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the person').fill('J. Doucet');
  await dialog.getByLabel('Office').fill('Halifax');
  await dialog.getByLabel(/Give the secret as words/).check();
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  await dialog.getByText('Words to say by telephone').waitFor();
  const text = await dialog.getByRole('textbox').inputValue();
  await dialog.getByRole('button', { name: 'Copy the text' }).click();
  await dialog.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('row', { name: /J. Doucet.*Halifax/ }).waitFor();
});

test('an open invitation is closed', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Close the invitation of J. Doucet' }).click();
  await page
    .getByRole('button', { name: 'Close the invitation of J. Doucet' })
    .waitFor({ state: 'detached' });
});

test('a round of exchange is started by hand and told in plain words', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('button', { name: 'Sync now' }).waitFor();
  await page.locator('section[aria-labelledby=rounds] li').first().waitFor();
});

test('a laptop is revoked only after its name was typed', async () => {
  const { page, troubles } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Revoke… G. Gagnon' }).click();
  const dialog = page.getByRole('dialog');
  const revoke = dialog.getByRole('button', { name: 'Revoke this laptop' });
  assert.ok(await revoke.isDisabled());
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('textbox').fill('g. gagnon');
  await revoke.click();
  await page.getByRole('row', { name: /G. Gagnon.*Revoked/ }).waitFor();
  await settle(page);
  assert.deepEqual(troubles, []);
});
