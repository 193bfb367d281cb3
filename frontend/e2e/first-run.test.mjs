import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { browser, build, carnet, open, serve, settle, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;

before(async () => {
  await build();
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  work.clear();
});

test('a network is created in under a minute, sealed by a passphrase, and asks for it the next time', async () => {
  const [home, stick] = [work.path('new'), work.path('stick')];
  mkdirSync(stick);
  let window = await serve(home);
  try {
    const { page, troubles } = await open(chrome, window.address, { dark: true });
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    assert.deepEqual(await findings(page), [], 'choice');
    await page.getByText('Français', { exact: true }).click();
    await page.getByRole('heading', { name: 'Bienvenue' }).waitFor();
    assert.deepEqual(await findings(page), [], 'choix');
    await page.getByText('English', { exact: true }).click();

    await page.getByRole('button', { name: /Create a network/ }).click();
    await page.getByRole('button', { name: 'Create the network' }).click();
    await page.getByText('Name the network.').waitFor();
    await page.getByLabel('Name of the network').fill('Réseau d’essai');
    await page.getByLabel('Your office').fill('Montréal');
    await page.getByLabel('Your name').fill('G. Gagnon');
    await page.getByLabel(/Protect with a passphrase/).check();
    await page.getByLabel('Passphrase', { exact: true }).fill('castor rivière neige');
    await page.getByLabel('The same again').fill('castor rivière neige');
    assert.deepEqual(await findings(page), [], 'network');
    await page.getByRole('button', { name: 'Create the network' }).click();

    await page.getByRole('heading', { name: 'Words for the paper' }).waitFor({ timeout: 60_000 });
    assert.ok((await page.getByRole('list', { name: 'Recovery words' }).getByRole('listitem').count()) >= 9);
    assert.ok(await page.getByRole('button', { name: 'Go on' }).isDisabled());
    assert.deepEqual(await findings(page), [], 'words');
    await page.getByLabel('I wrote them down').check();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Where the laptops meet' }).waitFor();
    await page.getByLabel('Folder', { exact: true }).fill(stick);
    await page.getByRole('button', { name: 'Try the connection' }).click();
    await page.locator('.notice.note').waitFor();
    assert.deepEqual(await findings(page), [], 'bucket');
    await page.getByRole('button', { name: 'Open the notebook' }).click();
    await page.getByText('Your notebook is ready').waitFor();
    assert.deepEqual(troubles, []);
  } finally {
    await window.stop();
  }

  window = await serve(home);
  try {
    const { page } = await open(chrome, window.address);
    await page.getByRole('heading', { name: 'Your notebook is locked' }).waitFor();
    assert.deepEqual(await findings(page), [], 'locked');
    await page.getByLabel('Passphrase').fill('something else');
    await page.keyboard.press('Enter');
    await page
      .getByText(/passphrase/i)
      .nth(2)
      .waitFor();
    await page.getByLabel('Passphrase').fill('castor rivière neige');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
  } finally {
    await window.stop();
  }
});

test('an invitation is accepted, waits for admission, and opens by itself', async () => {
  const [first, stick, file] = [work.path('first'), work.path('shared'), work.path('invitation')];
  mkdirSync(stick);
  await carnet(
    first,
    'network',
    'create',
    '--name',
    'Réseau',
    '--office',
    'Toronto',
    '--coordinator',
    'A. Roy',
  );
  await carnet(first, 'remote', 'set', `file://${stick}`);
  await carnet(first, 'invite', 'create', '--office', 'Halifax', '--coordinator', 'J. Doucet', '--out', file);
  const window = await serve(work.path('second'));
  try {
    const { page, troubles } = await open(chrome, window.address);
    await page.getByRole('button', { name: /Accept an invitation/ }).click();
    await page.getByRole('button', { name: 'Join the network' }).click();
    await page.getByText('Choose the invitation file, or paste its text.').waitFor();
    await page.locator('input[type=file]').setInputFiles(file);
    assert.deepEqual(await findings(page), [], 'invitation');
    await page.getByRole('button', { name: 'Join the network' }).click();
    await page.getByRole('heading', { name: 'Almost there' }).waitFor({ timeout: 60_000 });
    assert.deepEqual(await findings(page), [], 'waiting');
    await carnet(first, 'sync');
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByRole('navigation').waitFor();
    await settle(page);
    assert.deepEqual(troubles, []);
  } finally {
    await window.stop();
  }
});
