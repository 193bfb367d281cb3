/** A new laptop on a slow line: Carnet is used while the network comes, the rest is told in time, stopped, and gone on with. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { keys, line, s3 } from './slowly.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const home = work.path('home');
const offices = ['Toronto', 'Montréal', 'Halifax', 'Vancouver'];
const each = 2600;
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {Awaited<ReturnType<typeof s3>>} */
let server;
/** @type {Awaited<ReturnType<typeof line>>} */
let slow;

before(async () => {
  await build();
  Object.assign(process.env, keys);
  server = await s3(work.path('s3'), 'climat');
  slow = await line(server.port);
  await carnet(
    home,
    ...['network', 'create', '--name', 'Réseau', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  await carnet(home, 'remote', 'set', `s3://climat/net?endpoint=127.0.0.1:${slow.port}&insecure=1`);
  for (const office of offices) {
    if (office !== 'Toronto') await carnet(home, 'office', 'add', office);
    const rows = Array.from(
      { length: each },
      (_, at) => `Ann,${office}-${at},${randomBytes(230).toString('hex')}`,
    );
    writeFileSync(work.path('list.csv'), ['Given name,Family name,Notes', ...rows].join('\n'));
    await carnet(home, 'import', 'members', work.path('list.csv'), '--office', office);
  }
  await carnet(home, 'sync');
  await carnet(home, 'network', 'compact');
  await carnet(home, 'sync');
  const asked = ['invite', 'create', '--office', 'Toronto', '--coordinator', 'L. Essai', '--role', 'admin'];
  await carnet(home, ...asked, '--out', work.path('invitation'));
  await carnet(home, 'sync');
  const joined = work.path('joined');
  await carnet(joined, 'invite', 'accept', work.path('invitation'));
  // It asks for its seat, and has not been admitted when its window opens.
  await carnet(joined, 'sync');
  await carnet(home, 'sync');
  slow.slow(60_000);
  window = await serve(joined);
  chrome = await browser();
  tab = await open(chrome, window.address, { still: true });
  await tab.page.getByRole('navigation').waitFor({ timeout: 60_000 });
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  slow?.stop();
  server?.stop();
  work.clear();
});

const bar = () => tab.page.getByRole('progressbar', { name: /Receiving the network|Réception du réseau/ });
const percent = async () => Number(await bar().getAttribute('value'));

test('how far the network has come and how long the rest takes stand on every screen, in both languages', async () => {
  const { page } = tab;
  await bar().waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0, null, {
    timeout: 60_000,
  });
  for (const [lang, theme, left] of /** @type {const} */ ([
    ['fr', 'dark', /Réception du réseau.*(minute|s’utilise)/],
    ['en', 'light', /Receiving the network.*(minute|can be used)/],
  ])) {
    await dress(page, lang, theme);
    for (const place of ['today', 'network']) {
      await visit(page, place);
      await page.locator('.round').filter({ hasText: left }).waitFor();
      assert.deepEqual(await findings(page), [], `${lang} ${place}`);
    }
  }
});

test('a member is written down while the rest comes', async () => {
  const { page } = tab;
  assert.equal(await bar().count(), 1, 'the copy was there too soon for this test');
  await visit(page, 'members?new=1');
  await page.getByLabel('Given name').fill('Zoé');
  await page.getByLabel('Family name').fill('Nouvelle');
  await page.keyboard.press('Control+Enter');
  await page
    .getByText(/Zoé Nouvelle/)
    .first()
    .waitFor({ timeout: 5000 });
  assert.equal(await bar().count(), 1, 'the copy was there before the member was written');
});

test('it is stopped from the window, stays stopped, and goes on where it was', async () => {
  const { page, troubles } = tab;
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) >= 15, null, {
    timeout: 90_000,
  });
  const before = await percent();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('Exchange stopped').first().waitFor({ timeout: 5000 });
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await settle(page);
  await new Promise((done) => setTimeout(done, 3000));
  assert.equal(await bar().count(), 0);
  await page.getByRole('button', { name: 'Go on' }).focus();
  await page.keyboard.press('Enter');
  await bar().waitFor({ timeout: 30_000 });
  assert.ok((await percent()) >= before, `${await percent()} after ${before}`);
  slow.slow(0);
  await bar().waitFor({ state: 'detached', timeout: 90_000 });
  await visit(page, 'members');
  await page.getByText(new RegExp(`10,401`)).first().waitFor({ timeout: 60_000 });
  await page.locator('main [role=searchbox]').fill('Vancouver-77');
  await page.getByText('Vancouver-77').first().waitFor();
  await page.locator('main [role=searchbox]').fill('Nouvelle');
  await page.getByText('Nouvelle').first().waitFor();
  assert.deepEqual(troubles, []);
});
