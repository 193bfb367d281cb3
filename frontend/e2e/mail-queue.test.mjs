/** A laptop queued mail and died: an administrator takes its queue over in the window, and nobody gets anything twice when it is back. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { mailServer } from './smtp.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const [dead, home] = [work.path('dead'), work.path('home')];
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {Awaited<ReturnType<typeof mailServer>>} */
let server;
const names = ['Ann', 'Zoe', 'Luc'];

before(async () => {
  await build();
  server = await mailServer();
  mkdirSync(work.path('stick'));
  await carnet(
    dead,
    ...['network', 'create', '--name', 'Réseau', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  await carnet(dead, 'remote', 'set', `file://${work.path('stick')}`);
  const file = work.path('b.carnet');
  await carnet(
    dead,
    ...[
      'invite',
      'create',
      '--office',
      'Toronto',
      '--coordinator',
      'B. Gagnon',
      '--role',
      'admin',
      '--out',
      file,
    ],
  );
  await carnet(dead, 'sync');
  await carnet(home, 'invite', 'accept', file);
  await carnet(home, 'sync');
  const chapter = (await carnet(dead, 'chapter', 'add', '--name', 'Peers')).id;
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const meeting = await carnet(
    dead,
    ...['meeting', 'add', '--title', 'Peer call', '--chapter', chapter, '--start', `${day}T13:00`],
    ...['--zone', 'America/Toronto', '--minutes', '60'],
  );
  for (const given of names) {
    const member = await carnet(
      dead,
      ...[
        'member',
        'add',
        '--given',
        given,
        '--family',
        'Essai',
        '--email',
        `${given.toLowerCase()}@example.org`,
      ],
      ...['--role', 'staff', '--chapter', chapter],
    );
    await carnet(dead, ...['consent', 'record', member.id, '--basis', 'express', '--source', 'form']);
  }
  for (const one of [dead, home])
    await carnet(
      one,
      ...[
        'mail',
        'account',
        'set',
        '--host',
        '127.0.0.1',
        '--port',
        String(server.port),
        '--security',
        'none',
      ],
      ...['--from', 'bureau@example.org', '--name', 'Réseau', '--postal', '1, rue Inventée, Montréal'],
    );
  const queued = await carnet(dead, ...['mail', 'invite', '--meeting', meeting.id, '--to', 'eligible']);
  assert.equal(queued.queued, names.length);
  for (const one of [dead, home, dead, home]) await carnet(one, 'sync');
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

test('an administrator sees what the other laptop has queued, takes it over, and it goes out from here', async () => {
  const { page } = tab;
  await visit(page, 'mail');
  const stranded = page.locator('section[aria-labelledby=stranded]');
  await stranded.getByText(/A\. Roy · Toronto: 3 messages/).waitFor();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  assert.equal(server.mails.size, 0);
  await stranded.getByRole('button', { name: /^Take over…/ }).click();
  const sure = page.getByRole('alertdialog').or(page.getByRole('dialog')).last();
  await sure.getByText('This laptop will send 3 messages, with its own account.').waitFor();
  await sure.getByRole('button', { name: 'Take over', exact: true }).click();
  await page.getByText('This laptop now sends 3 messages.').waitFor();
  await stranded.waitFor({ state: 'detached' });
  await page.waitForFunction(
    () => document.querySelectorAll('section[aria-labelledby=messages] tbody tr').length === 3,
  );
  for (let tries = 0; server.mails.size < names.length && tries < 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual([...server.mails.keys()].sort(), [
    'ann@example.org',
    'luc@example.org',
    'zoe@example.org',
  ]);
});

test('the laptop that was thought dead sends nothing when it is back, whether it hears of it first or not', async () => {
  await carnet(dead, 'mail', 'send');
  await carnet(dead, 'sync');
  await carnet(dead, 'mail', 'send');
  for (const [to, mails] of server.mails) assert.equal(mails.length, 1, to);
});

test('no page broke the policy or complained', () => {
  assert.deepEqual(tab.troubles, []);
});
