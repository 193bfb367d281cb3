import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('one more place is added, named with how it stands, and removed after a question', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Add a place…' }).click();
  await page.getByLabel('Folder', { exact: true }).fill(work.path('second-stick'));
  await page.getByLabel('Name', { exact: true }).fill('venue');
  assert.deepEqual(await findings(page), []);
  await page.getByRole('button', { name: 'Add this place' }).click();
  const places = page.locator('section[aria-labelledby=bucket]');
  await places.getByText('venue', { exact: true }).waitFor();
  await places
    .getByText(/Has everything/)
    .nth(1)
    .waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Remove… venue' }).click();
  const dialog = page.getByRole('dialog');
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Stop using it' }).click();
  await places.getByText('venue', { exact: true }).waitFor({ state: 'detached' });
});

test('a folder is lent in the room, with the addresses to type, and taken back', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Lend a folder' }).click();
  await page.getByRole('button', { name: 'Stop lending' }).waitFor({ timeout: 30_000 });
  assert.deepEqual(await findings(page), []);
  await page.getByRole('button', { name: 'Stop lending' }).click();
  await page.getByRole('button', { name: 'Lend a folder' }).waitFor({ timeout: 30_000 });
});

test('a laptop that asks is let in when both show one fingerprint', async () => {
  const { page } = tab;
  await visit(page, 'network');
  const made = await page.evaluate(() =>
    /** @type {any} */ (globalThis).go.desktop.Network.Invite({
      office: 'Halifax',
      coordinator: 'J. Doucet',
      role: 'door',
      days: 1,
      approve: true,
      words: false,
    }),
  );
  const [third, file] = [work.path('third'), work.path('third-invitation')];
  writeFileSync(file, made.file);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await carnet(third, 'invite', 'accept', file);
  const asks = page.getByRole('heading', { name: 'J. Doucet asks to come in' });
  for (let tries = 0; tries < 20 && (await asks.count()) === 0; tries++) {
    await carnet(third, 'sync');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await settle(page);
  }
  const shown = (await page.locator('.print').textContent())?.replace('Fingerprint', '').trim();
  const { fingerprint } = await carnet(third, 'network', 'show');
  assert.equal(shown, fingerprint);
  assert.deepEqual(await findings(page), []);
  await page.getByRole('button', { name: 'They are the same: let in' }).click();
  await page.getByRole('row', { name: /J. Doucet.*Halifax.*Active/ }).waitFor();
});

test('roles, keys and recovery words change after what follows is said', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Change role or office… J. Doucet' }).click();
  const dialog = page.getByRole('dialog');
  assert.ok(await dialog.getByRole('button', { name: 'Change it' }).isDisabled());
  await dialog.getByText(/Notes arrivals/).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New keys…', exact: true }).click();
  await dialog.getByText(/sealed with the new keys/).waitFor();
  await dialog.getByRole('button', { name: 'Renew the keys' }).click();
  await page.getByText('New keys are on their way.').waitFor();
  await page.getByRole('button', { name: 'New recovery words…' }).click();
  await dialog.getByRole('button', { name: 'Make new words' }).click();
  await page.getByRole('list', { name: 'Recovery words' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByLabel('I wrote them down').check();
  await page.getByRole('button', { name: 'Go on' }).click();
  await dialog.waitFor({ state: 'detached' });
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

test('what is set aside is named with its reason, and let go after a question', async () => {
  const { page } = tab;
  writeFileSync(
    join(stick, 'log', '1lg41er-k4smsiylwypdyzph-42-9f3cq7tjd2m5x6aylv3w4kzb2e'),
    'not one of ours',
  );
  await visit(page, 'network');
  const aside = page.locator('section[aria-labelledby=refused]');
  for (let tries = 0; tries < 20 && (await aside.count()) === 0; tries++) {
    await page.getByRole('button', { name: 'Sync now' }).click();
    await settle(page);
  }
  await aside.getByRole('button', { name: /Show what it says/ }).click();
  await aside.getByRole('note').waitFor();
  assert.deepEqual(await findings(page), []);
  await aside.getByRole('button', { name: /^Dismiss/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
  await aside.waitFor({ state: 'detached' });
});
