/** A laptop that was away for months: what it had not sent waits, and is made again or let go, one by one and all. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { becomes, browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const [home, away, stick, file] = ['home', 'away', 'stick', 'invitation'].map((name) => work.path(name));
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
let id = '';

const day = 24 * 60 * 60 * 1000;
const before100 = Date.now() - 100 * day;
let seconds = 0;
/** A command as it was given so many days ago. @param {string | undefined} where @param {number} days @param {...string} words */
const then = (where, days, ...words) =>
  carnet(
    String(where),
    '--now',
    new Date(before100 + (100 - days) * day + ++seconds * 1000).toISOString(),
    ...words,
  );

before(async () => {
  await build();
  mkdirSync(String(stick));
  await then(
    home,
    100,
    ...['network', 'create', '--name', 'Réseau', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  await then(home, 100, 'remote', 'set', `file://${stick}`);
  await then(
    home,
    100,
    ...['invite', 'create', '--office', 'Toronto', '--coordinator', 'L. Essai', '--out', String(file)],
  );
  id = (await then(home, 100, 'member', 'add', '--given', 'Élise', '--family', 'Tremblay')).id;
  await then(home, 100, 'sync');
  await then(away, 100, 'invite', 'accept', String(file));
  for (const one of [away, home, away]) await then(one, 100, 'sync');
  await then(away, 99, 'member', 'set', id, 'title=Mairesse', 'phone=+1 450 555 0148', 'email=e@example.org');
  await then(home, 2, 'member', 'set', id, 'family=Tremblay-Roy');
  await then(home, 2, 'sync');
  await then(home, 2, 'network', 'compact');
  for (let rounds = 0; rounds < 2; rounds++) await then(home, 1, 'sync');
  window = await serve(String(away));
  chrome = await browser();
  tab = await open(chrome, window.address, { still: true });
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const list = () => tab.page.locator('section[aria-labelledby=unsent]');

test('what was never sent is told on Today and listed with field, value now, value written and day', async () => {
  const { page } = tab;
  await visit(page, 'today');
  await page.getByRole('button', { name: /^Look through, 3 changes/ }).click();
  await list().getByRole('row').nth(3).waitFor();
  for (const [lang, words] of /** @type {const} */ ([
    ['fr', ['Téléphone', 'Refaire', 'Devait être']],
    ['en', ['Phone', 'Make', 'Was to be', '+1 450 555 0148', 'Élise Tremblay-Roy']],
  ])) {
    for (const theme of /** @type {const} */ (['dark', 'light'])) {
      await dress(page, lang, theme);
      await visit(page, 'network');
      await list().waitFor();
      const text = (await list().textContent()) ?? '';
      for (const word of words) assert.ok(text.includes(word), `${word} in ${text}`);
      assert.deepEqual(await findings(page), [], `${lang} ${theme}`);
    }
  }
  assert.equal((await carnet(String(home), 'member', 'show', id)).title, '');
});

test('one is made again with the keyboard alone, and the others stay', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await list()
    .getByRole('checkbox', { name: /Choose Title/ })
    .focus();
  await page.keyboard.press('Space');
  await list().getByRole('button', { name: 'Make 1 change again' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('1 change made again.').waitFor();
  await list()
    .getByRole('checkbox', { name: /Choose Title/ })
    .waitFor({ state: 'detached' });
  await becomes(() => list().getByRole('row').count(), 3);
});

test('one is let go after what follows is said; then all that is left is made again, and goes out', async () => {
  const { page, troubles } = tab;
  await visit(page, 'network');
  await list()
    .getByRole('checkbox', { name: /Choose E-mail/ })
    .check();
  await list().getByRole('button', { name: 'Let 1 change go…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/is never made/).waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Let them go' }).click();
  await page.getByText('1 change let go.').waitFor();
  await list()
    .getByRole('checkbox', { name: /Choose E-mail/ })
    .waitFor({ state: 'detached' });
  await list().getByRole('checkbox', { name: 'Choose all' }).check();
  await list().getByRole('button', { name: 'Make 1 change again' }).click();
  await list().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Sync now' }).click();
  let seen = { title: '', phone: '', email: '' };
  for (let tries = 0; tries < 20 && !seen.phone; tries++) {
    await settle(page);
    await carnet(String(home), 'sync');
    seen = await carnet(String(home), 'member', 'show', id);
  }
  assert.equal(seen.title, 'Mairesse');
  assert.equal(seen.phone, '+1 450 555 0148');
  assert.equal(seen.email, '');
  assert.deepEqual(troubles, []);
});
