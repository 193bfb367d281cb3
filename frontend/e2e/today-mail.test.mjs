/** Two cards of Today that end in Mail: what newer zone data moved, until those who were invited have heard, and mail to be read. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { mailServer } from './smtp.mjs';
import { browser, build, carnet, dress, open, serve, visit, workplace } from './window.mjs';
import { newZones } from './zones.mjs';

const work = workplace();
const home = work.path('home');
const summer = `${new Date().getFullYear() + 1}-07-15`;
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {Awaited<ReturnType<typeof mailServer>>} */
let server;

const received = () => server.mails.get('ann@example.org') ?? [];
/** The entry for calendars of a mail. @param {string} mail */
function entryOf(mail) {
  const part = /text\/calendar[\s\S]*?\n\n([A-Za-z0-9+/=\n]+)/.exec(mail.replaceAll('\r', ''));
  return Buffer.from(part?.[1] ?? '', 'base64')
    .toString('utf8')
    .replaceAll('\r\n ', '');
}
/** @param {string} entry */
const sequence = (entry) => Number(/SEQUENCE:(\d+)/.exec(entry)?.[1] ?? -1);

before(async () => {
  await build();
  server = await mailServer();
  await carnet(
    home,
    ...['network', 'create', '--name', 'Réseau d’essai', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  const chapter = await carnet(home, 'chapter', 'add', '--name', 'West');
  const meeting = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Planned before', '--chapter', chapter.id, '--start', `${summer}T13:00`],
    ...['--zone', 'America/Vancouver', '--minutes', '60'],
  );
  const ann = await carnet(
    home,
    ...['member', 'add', '--given', 'Ann', '--family', 'Example', '--email', 'ann@example.org'],
    ...['--role', 'staff', '--chapter', chapter.id],
  );
  await carnet(home, 'consent', 'record', ann.id, '--basis', 'express', '--source', 'form');
  await carnet(
    home,
    ...['mail', 'account', 'set', '--host', '127.0.0.1', '--port', `${server.port}`, '--security', 'none'],
    ...['--from', 'bureau@example.org', '--name', 'Bureau', '--postal', '1, rue Inventée', '--pace', '0'],
  );
  await carnet(home, 'mail', 'invite', '--meeting', meeting.id, '--to', ann.id);
  await carnet(home, 'mail', 'send');
  newZones(work.path('newer.zip'), '2039c', 'America/Vancouver', 'America/Edmonton');
  await carnet(home, 'zones', 'update', work.path('newer.zip'));
  writeFileSync(
    work.path('question.eml'),
    [
      'From: Ann Example <ann@example.org>',
      'To: bureau@example.org',
      'Subject: A question about the call',
      'Date: Sun, 22 Nov 2026 10:00:00 -0500',
      'Message-ID: <q1@example.org>',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Is there an interpreter?',
      '',
    ].join('\r\n'),
  );
  await carnet(home, 'mail', 'read', work.path('question.eml'));
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

test('what a newer law moved waits on Today, and goes when those who were invited have heard', async () => {
  const { page } = tab;
  assert.equal(received().length, 1);
  assert.match(received()[0] ?? '', /1:00 p\.m\.|13:00/);
  await visit(page, 'today');
  const card = page.getByRole('button', { name: /^Look at them, 1 coming meeting is at another local time/ });
  await card.click();
  const moved = page.locator('section[aria-labelledby=moved]');
  await moved.getByText('Planned before').waitFor();
  await moved.getByText('1 person who was invited has not heard.').waitFor();
  await moved.getByRole('button', { name: /Send update/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send 1 message…' }).click();
  await page.getByRole('button', { name: 'Send 1 message', exact: true }).click();
  await page.getByText(/1 message is queued/).waitFor();
  await moved.waitFor({ state: 'detached' });
  await page.getByText('Everything has gone out.').waitFor({ timeout: 30_000 });

  assert.equal(received().length, 2);
  const [first = '', then = ''] = received().map(entryOf);
  assert.match(received()[1] ?? '', /method=REQUEST/);
  assert.match(first, /TZOFFSETTO:-0700/);
  assert.match(then, /TZOFFSETTO:-0600/);
  assert.match(then, new RegExp(`DTSTART[^\\n]*:${summer.replaceAll('-', '')}T130000`));
  assert.ok(sequence(then) >= sequence(first), `${sequence(first)}, then ${sequence(then)}`);

  await visit(page, 'today');
  await page.getByRole('button', { name: /^Read, 1 mail waits to be read/ }).waitFor();
  assert.equal(await card.count(), 0);
});

test('the card of incoming mail leads to what is to be read', async () => {
  const { page } = tab;
  await visit(page, 'today');
  await page.getByRole('button', { name: /^Read, 1 mail waits to be read/ }).click();
  await page.getByText('Is there an interpreter?').waitFor();
  assert.match(page.url(), /mail\?view=incoming/);
  assert.deepEqual(tab.troubles, []);
});
