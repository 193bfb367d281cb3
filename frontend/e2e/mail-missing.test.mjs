/** Who joins a programme late: Mail and the meeting say what they lack, and who cannot be written to; one button sends it, once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailOffice } from './mail-office.mjs';
import { visit } from './window.mjs';

let first = '';
const office = mailOffice(async (o) => {
  await o.found();
  const chapter = await o.chapter('Peers', 'Pairs');
  await o.account();
  first = await o.meeting('First call', chapter, 20);
  await o.meeting('Second call', chapter, 40);
  const off = await o.meeting('Called off', chapter, 50);
  for (const given of ['Early', 'Late', 'Silent']) {
    const id = await o.member(given, chapter, { silent: given === 'Silent' });
    await o.run('register', chapter, id);
    if (given === 'Early') await o.run('mail', 'invite', '--due');
  }
  await o.run('meeting', 'cancel', off);
});
const missing = () => office.page.locator('section[aria-labelledby=missing]');

test('what a late joiner lacks is listed, and who cannot be written to is counted and named', async () => {
  await visit(office.page, 'mail');
  await missing().getByText('First call').waitFor();
  const said = ((await missing().textContent()) ?? '').replace(/\s+/g, ' ');
  assert.match(said, /First call.*1 person · 1 person cannot be written to.*Second call.*1 person/);
  assert.match(said, /No consent ?1/);
  assert.doesNotMatch(said, /Called off/);
  await missing().getByText('Who lacks an invitation and cannot be written to').click();
  await missing().getByText('Silent Example').waitFor();
  await office.barriers();
});

test('a meeting invites who lacks its own invitation', async () => {
  const { page } = office;
  await visit(page, `meetings?id=${first}`);
  await page.getByText('1 person who lacks an invitation cannot be written to (no consent: 1).').waitFor();
  await page.getByRole('button', { name: 'Send 1 missing invitation…' }).click();
  await office.sure().getByText('1 invitation goes out.').waitFor();
  await office
    .sure()
    .getByText('1 person who lacks an invitation cannot be written to (no consent: 1).')
    .waitFor();
  await office.sure().getByRole('button', { name: 'Send 1 message', exact: true }).click();
  await page.getByText(/1 message is queued/).waitFor();
  await page.getByRole('button', { name: 'Send 1 missing invitation…' }).waitFor({ state: 'detached' });
});

test('one button sends all that remains, and what cannot be sent stays named', async () => {
  const { page } = office;
  await visit(page, 'mail');
  await missing().getByRole('button', { name: 'Send 1 missing invitation…' }).click();
  await office.sure().getByRole('button', { name: 'Send 1 message', exact: true }).click();
  await page.getByText(/1 message is queued/).waitFor();
  await missing().getByRole('button').waitFor({ state: 'detached' });
  await missing().getByText('Second call').waitFor();
});

test('the late joiner gets an entry for each that remains, and nobody gets one twice', async () => {
  await office.page.getByText('Everything has gone out.').waitFor({ timeout: 30_000 });
  const late = office.mails('late@example.org');
  assert.equal(late.length, 2);
  for (const mail of late) assert.match(mail, /method=REQUEST/);
  assert.equal(office.mails('early@example.org').length, 3);
  assert.equal(office.mails('silent@example.org').length, 0);
  assert.deepEqual(office.tab.troubles, []);
});
