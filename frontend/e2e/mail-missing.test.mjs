/** Who joins a programme late: Mail says what they lack, and one button invites them to all that remains, once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { mailServer } from './smtp.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const home = work.path('home');
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {Awaited<ReturnType<typeof mailServer>>} */
let server;

/** @param {number} days */
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

before(async () => {
  await build();
  server = await mailServer();
  await carnet(
    home,
    ...['network', 'create', '--name', 'Réseau d’essai', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  const chapter = await carnet(home, ...['chapter', 'add', '--name', 'Peers', '--name-fr', 'Pairs']);
  await carnet(
    home,
    ...['mail', 'account', 'set', '--host', '127.0.0.1', '--port', `${server.port}`, '--security', 'none'],
    ...['--from', 'bureau@example.org', '--name', 'Bureau', '--postal', '1, rue Inventée', '--pace', '0'],
  );
  const calls = [];
  for (const [title, days] of /** @type {const} */ ([
    ['First call', 20],
    ['Second call', 40],
    ['Called off', 50],
  ])) {
    const call = await carnet(
      home,
      ...['meeting', 'add', '--title', title, '--chapter', chapter.id, '--start', `${day(days)}T13:00`],
      ...['--zone', 'America/Toronto', '--minutes', '60'],
    );
    calls.push(call.id);
  }
  for (const given of ['Early', 'Late']) {
    const member = await carnet(
      home,
      ...['member', 'add', '--given', given, '--family', 'Example', '--email', `${given}@example.org`],
      ...['--role', 'staff', '--chapter', chapter.id],
    );
    await carnet(home, ...['consent', 'record', member.id, '--basis', 'express', '--source', 'form']);
    await carnet(home, 'register', chapter.id, member.id);
    if (given === 'Early') await carnet(home, 'mail', 'invite', '--due');
  }
  await carnet(home, 'meeting', 'cancel', calls[2]);
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address, { still: true });
  tab.page.setDefaultTimeout(15_000);
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  server?.stop();
  work.clear();
});

test('what a late joiner lacks is listed, and one button sends it', async () => {
  const { page } = tab;
  await visit(page, 'mail');
  const missing = page.locator('section[aria-labelledby=missing]');
  await missing.getByText('First call').waitFor();
  const said = ((await missing.textContent()) ?? '').replace(/\s+/g, ' ');
  assert.match(said, /First call.*1 person.*Second call.*1 person/);
  assert.doesNotMatch(said, /Called off/);
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await missing.getByRole('button', { name: 'Send all 2 missing invitations…' }).click();
  await page.getByText('2 invitations go out.').waitFor();
  await page.getByRole('button', { name: 'Send 2 messages', exact: true }).click();
  await page.getByText(/2 messages are queued/).waitFor();
  await missing.waitFor({ state: 'detached' });
});

test('the late joiner gets an entry for each that remains, and nobody gets one twice', async () => {
  const { page } = tab;
  await page.getByText('Everything has gone out.').waitFor({ timeout: 30_000 });
  const late = server.mails.get('Late@example.org') ?? server.mails.get('late@example.org') ?? [];
  assert.equal(late.length, 2);
  for (const mail of late) assert.match(mail, /method=REQUEST/);
  const early = server.mails.get('Early@example.org') ?? server.mails.get('early@example.org') ?? [];
  assert.equal(early.length, 3);
  assert.deepEqual(tab.troubles, []);
});
