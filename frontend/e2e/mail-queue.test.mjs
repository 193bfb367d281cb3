/** A laptop queued mail and died: an administrator takes its queue over in the window, and nobody gets anything twice when it is back. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { mailOffice } from './mail-office.mjs';
import { carnet, visit } from './window.mjs';

const names = ['Ann', 'Zoe', 'Luc'];
const dead = () => office.work.path('dead');
const office = mailOffice(async (o) => {
  const { home } = o;
  const file = o.work.path('b.carnet');
  mkdirSync(o.work.path('stick'));
  o.home = dead(); // which fills the network and queues, until another laptop has the window
  await o.found();
  await o.run('remote', 'set', `file://${o.work.path('stick')}`);
  const whom = ['--office', 'Toronto', '--coordinator', 'B. Gagnon', '--role', 'admin'];
  await o.run('invite', 'create', ...whom, '--out', file);
  await o.run('sync');
  await carnet(home, 'invite', 'accept', file);
  await carnet(home, 'sync');
  const chapter = await o.chapter('Peers');
  const meeting = await o.meeting('Peer call', chapter, 30);
  for (const given of names) await o.member(given, chapter);
  for (const one of [dead(), home]) await o.account(one);
  const queued = await o.run('mail', 'invite', '--meeting', meeting, '--to', 'eligible');
  assert.equal(queued.queued, names.length);
  for (const one of [dead(), home, dead(), home]) await carnet(one, 'sync');
  o.home = home;
});

test('an administrator sees what the other laptop has queued, takes it over, and it goes out from here', async () => {
  const { page } = office;
  await visit(page, 'mail');
  const stranded = page.locator('section[aria-labelledby=stranded]');
  await stranded.getByText(/A\. Roy · Toronto: 3 messages/).waitFor();
  await office.barriers();
  assert.equal(office.server.mails.size, 0);
  await stranded.getByRole('button', { name: /^Take over…/ }).click();
  const sure = office.sure();
  await sure.getByText('This laptop will send 3 messages, with its own account.').waitFor();
  await sure.getByRole('button', { name: 'Take over', exact: true }).click();
  await page.getByText('This laptop now sends 3 messages.').waitFor();
  await stranded.waitFor({ state: 'detached' });
  await page.waitForFunction(
    () => document.querySelectorAll('section[aria-labelledby=messages] tbody tr').length === 3,
  );
  for (let tries = 0; office.server.mails.size < names.length && tries < 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual([...office.server.mails.keys()].sort(), [
    'ann@example.org',
    'luc@example.org',
    'zoe@example.org',
  ]);
});

test('the laptop that was thought dead sends nothing when it is back, whether it hears of it first or not', async () => {
  await carnet(dead(), 'mail', 'send');
  await carnet(dead(), 'sync');
  await carnet(dead(), 'mail', 'send');
  for (const [to, mails] of office.server.mails) assert.equal(mails.length, 1, to);
});

test('no page broke the policy or complained', () => {
  assert.deepEqual(office.tab.troubles, []);
});
