/** Two cards of Today that end in Mail: what newer zone data moved, until those who were invited have heard, and mail to be read. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { letter, mailOffice } from './mail-office.mjs';
import { visit } from './window.mjs';
import { newZones } from './zones.mjs';

const summer = `${new Date().getFullYear() + 1}-07-15`;
const office = mailOffice(async (o) => {
  await o.found();
  const chapter = await o.chapter('West');
  const meeting = await o.run(
    ...['meeting', 'add', '--title', 'Planned before', '--chapter', chapter, '--start', `${summer}T13:00`],
    ...['--zone', 'America/Vancouver', '--minutes', '60'],
  );
  const ann = await o.member('Ann', chapter);
  await o.account();
  await o.run('mail', 'invite', '--meeting', meeting.id, '--to', ann);
  await o.run('mail', 'send');
  newZones(o.work.path('newer.zip'), '2039c', 'America/Vancouver', 'America/Edmonton');
  await o.run('zones', 'update', o.work.path('newer.zip'));
  const question = o.work.path('question.eml');
  writeFileSync(
    question,
    letter('Ann Example <ann@example.org>', 'A question about the call', 'Is there an interpreter?'),
  );
  await o.run('mail', 'read', question);
});

const received = () => office.mails('ann@example.org');
/** The entry for calendars of a mail. @param {string} mail */
function entryOf(mail) {
  const part = /text\/calendar[\s\S]*?\n\n([A-Za-z0-9+/=\n]+)/.exec(mail.replaceAll('\r', ''));
  return Buffer.from(part?.[1] ?? '', 'base64')
    .toString('utf8')
    .replaceAll('\r\n ', '');
}
/** @param {string} entry */
const sequence = (entry) => Number(/SEQUENCE:(\d+)/.exec(entry)?.[1] ?? -1);

test('what a newer law moved waits on Today, and goes when those who were invited have heard', async () => {
  const { page } = office;
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
  const { page } = office;
  await visit(page, 'today');
  await page.getByRole('button', { name: /^Read, 1 mail waits to be read/ }).click();
  await page.getByText('Is there an interpreter?').waitFor();
  assert.match(page.url(), /mail\?view=incoming/);
  assert.deepEqual(office.tab.troubles, []);
});
