import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const place = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;

before(async () => {
  await build();
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  place.clear();
});

test('a new network is shown its next sensible actions, and each button goes right there', async () => {
  const home = place.path('new');
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
  const window = await serve(home);
  try {
    const { page, troubles } = await open(chrome, window.address);
    await visit(page, 'today');
    await page.getByRole('button', { name: 'Import members' }).waitFor();
    await page.getByRole('button', { name: 'Invite an office' }).waitFor();
    for (const lang of /** @type {const} */ (['en', 'fr'])) {
      await dress(page, lang, lang === 'en' ? 'light' : 'dark');
      await settle(page);
      assert.deepEqual(await findings(page), []);
    }
    await page.getByRole('button', { name: 'Prévoir une rencontre' }).click();
    await page.getByRole('heading', { name: 'Nouvelle rencontre' }).waitFor();
    assert.deepEqual(troubles, []);
  } finally {
    await window.stop();
  }
});

test('what is coming stands with its local times, and what waits with a button', async () => {
  const home = place.path('lively');
  await found(home, place.path);
  await carnet(
    home,
    ...['meeting', 'add', '--title', 'Peer network', '--title-fr', 'Réseau de pairs', '--chapter', 'Quebec'],
    ...[
      '--start',
      '2031-12-02T13:00',
      '--zone',
      'America/Toronto',
      '--minutes',
      '60',
      '--url',
      'https://meet.example.org/a',
    ],
  );
  const window = await serve(home);
  try {
    const { page, troubles } = await open(chrome, window.address);
    await visit(page, 'today');
    const row = page.getByRole('link', { name: /Peer network/ });
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /13:00/);
    for (const lang of /** @type {const} */ (['en', 'fr'])) {
      for (const theme of /** @type {const} */ (['light', 'dark'])) {
        await dress(page, lang, theme);
        await settle(page);
        assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
      }
    }
    await page.getByRole('link', { name: /Réseau de pairs/ }).click();
    await page.locator('aside').getByRole('heading', { name: 'Réseau de pairs' }).waitFor();
    assert.deepEqual(troubles, []);
  } finally {
    await window.stop();
  }
});
