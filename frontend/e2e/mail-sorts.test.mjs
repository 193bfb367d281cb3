/** Every sort of mail from the window, and what calendars answer: confirmations and refusals, changes, digests, free words, and a mailbox. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mailbox } from './imap.mjs';
import { day, mailOffice } from './mail-office.mjs';
import { visit } from './window.mjs';

/** @type {Awaited<ReturnType<typeof mailbox>>} */
let box;
let [meeting, chapter] = ['', ''];
/** @type {Record<string, string>} */
const members = {};
const many = 230;
const office = mailOffice(async (o) => {
  box = await mailbox({ user: 'bureau@example.org', password: 'of-the-test' });
  await o.found();
  chapter = await o.chapter('Peers', 'Pairs');
  meeting = await o.meeting('Peer call', chapter, 30, '--title-fr', 'Appel des pairs');
  members.Ann = await o.member('Ann', chapter, { family: 'Essai' });
  for (const given of ['Zoe', 'Luc'])
    members[given] = await o.member(given, chapter, { family: 'Essai', language: 'fr' });
  await o.account(o.home, '--connections', '4');
});
after(() => box?.stop());

/** The last mail that an address got once it has so many, in the clear. @param {string} to @param {number} n */
async function got(to, n) {
  for (let tries = 0; office.mails(to).length < n; tries++) {
    assert.ok(tries < 200, `${to} has ${office.mails(to).length} mails, not ${n}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal(office.mails(to).length, n);
  return readable(office.mails(to).at(-1) ?? '');
}
/** The parts of a mail by type, decoded. @param {string} raw */
function readable(raw) {
  /** @type {Record<string, string>} */
  const parts = { raw };
  const boundary = /boundary="?([^"\s;]+)/.exec(raw)?.[1] ?? '';
  for (const part of raw.split(`--${boundary}`).slice(1)) {
    const [head = '', ...body] = part.trimStart().split('\n\n');
    const text = body.join('\n\n');
    const plain = /base64/i.test(head)
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text
            .replaceAll(/=\n/g, '')
            .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
          'latin1',
        );
    parts[/text\/\w+/.exec(head)?.[0] ?? ''] = plain.toString('utf8').replaceAll('\r\n', '\n');
  }
  return parts;
}
/** @param {Record<string, string>} mail @param {string} name */
const line = (mail, name) => {
  const text = (mail['text/calendar'] ?? '').replaceAll('\n ', '');
  const part = name === 'METHOD' ? text : text.slice(text.indexOf('BEGIN:VEVENT'));
  return new RegExp(`^${name}[^:\n]*:(.*)$`, 'm').exec(part)?.[1];
};

test('a place that was given and a request that was declined are offered to be answered, and then no more', async () => {
  const { page } = office;
  await office.asks('Requests', 'Register', meeting, members.Ann, 'approved', '');
  await office.asks('Requests', 'Register', meeting, members.Zoe, 'approved', '');
  await office.asks('Requests', 'Register', meeting, members.Luc, 'declined', 'C’est complet.');
  await visit(page, 'mail');
  const due = page.locator('section[aria-labelledby=answers]');
  await due.getByRole('button', { name: 'Confirm 2 places… Peer call' }).waitFor();
  await office.barriers();
  await due.getByRole('button', { name: 'Write 1 refusal… Peer call' }).click();
  await office.dialog().getByText('1 message goes out').waitFor();
  await page.frameLocator('iframe').getByText('C’est complet.').waitFor();
  await office.send(1);
  assert.match((await got('luc@example.org', 1))['text/plain'] ?? '', /C’est complet\./);
  await visit(page, `meetings?id=${meeting}`);
  await page.getByRole('button', { name: 'Confirm 2 places…' }).click();
  await office.dialog().getByText('2 messages go out').waitFor();
  await office.send(2);
  const mail = await got('ann@example.org', 1);
  assert.equal(line(mail, 'METHOD'), 'REQUEST');
  assert.equal(line(mail, 'SEQUENCE'), '0');
  await due.waitFor({ state: 'detached' });
});

test('a mail is looked at as a page and as plain text', async () => {
  const { page } = office;
  await visit(page, `mail?write=reminder&about=${meeting}`);
  await office.dialog().getByText('2 messages go out').waitFor();
  await page.frameLocator('iframe').getByText('1, rue Inventée').waitFor();
  await office.barriers();
  await office.dialog().getByText('As plain text', { exact: true }).click();
  await office.dialog().locator('pre').getByText('1, rue Inventée').waitFor();
  await page.keyboard.press('Escape');
});

test('who was invited hears that a meeting moved, and that it is called off', async () => {
  const { page } = office;
  const fields = { fields: { start: `${day(31)}T09:30` }, stations: null };
  await office.asks('Meetings', 'SetMeeting', meeting, fields);
  await visit(page, `meetings?id=${meeting}`);
  await page.getByRole('button', { name: 'Send update…' }).click();
  await office.dialog().getByText('2 messages go out').waitFor();
  await office.send(2);
  let mail = await got('zoe@example.org', 2);
  assert.deepEqual([line(mail, 'METHOD'), line(mail, 'SEQUENCE')], ['REQUEST', '1']);
  assert.match(line(mail, 'DTSTART') ?? '', /T093000$/);
  assert.match(mail['text/plain'] ?? '', /Quelque chose a changé|changé/);
  await visit(page, `mail?write=update&about=${meeting}`);
  await office.dialog().getByText('Nobody would get this.').waitFor();
  await office.dialog().getByText('Have it already').waitFor();
  await page.keyboard.press('Escape');
  await office.asks('Meetings', 'CancelMeeting', meeting);
  await visit(page, `meetings?id=${meeting}`);
  await page.getByRole('button', { name: 'Cancel by mail…' }).click();
  await office.dialog().getByText('2 messages go out').waitFor();
  await office.send(2);
  mail = await got('zoe@example.org', 3);
  assert.deepEqual(
    [line(mail, 'METHOD'), line(mail, 'SEQUENCE'), line(mail, 'STATUS')],
    ['CANCEL', '2', 'CANCELLED'],
  );
});

test('a digest says in each language what a chapter has before it', async () => {
  const { page } = office;
  const next = {
    title: 'Grants clinic',
    title_fr: 'Clinique des subventions',
    chapter,
    zone: 'America/Toronto',
  };
  const made = await office.asks('Meetings', 'AddMeeting', {
    fields: { ...next, start: `${day(40)}T15:00`, minutes: '60' },
    stations: null,
  });
  meeting = made.id;
  await visit(page, `mail?write=digest&about=${chapter}`);
  await office.dialog().getByText('3 messages go out').waitFor();
  await office.dialog().getByLabel('What you write this time (French)').fill('Au plaisir!');
  await page.frameLocator('iframe').getByText('Grants clinic').waitFor();
  await office.choose('As read by', /Zoe/);
  await page.frameLocator('iframe').getByText('Clinique des subventions').waitFor();
  await page.frameLocator('iframe').getByText('Au plaisir!').waitFor();
  await office.send(3);
  const mail = await got('zoe@example.org', 4);
  assert.match(mail['text/plain'] ?? '', /15\sh \(Toronto.*Clinique des subventions/);
  assert.equal(mail['text/calendar'], undefined);
});

test('a few words go to a selection of any size, and all of it', async () => {
  const { page } = office;
  const rows = Array.from({ length: many }, (_, n) => ({ given: `Given${n}`, email: `m${n}@example.org` }));
  for (let n = 0; n < many; n += 46)
    await Promise.all(
      rows.slice(n, n + 46).map(async ({ given, email }) => {
        const made = await office.asks(
          'People',
          'AddMember',
          { given, family: 'Liste', email, language: 'en', role: 'staff' },
          [],
        );
        await office.asks('People', 'RecordConsent', made.id, { basis: 'express', source: 'form' });
      }),
    );
  await visit(page, 'members');
  await page.locator('main [role=searchbox]').fill('Liste');
  await page.waitForFunction(
    (n) => document.querySelector('main header')?.textContent?.includes(`${n}`),
    many,
  );
  const listed = page.locator('[role=grid] [role=row][aria-selected]');
  await listed.first().click();
  await page.keyboard.press('Shift+End');
  await listed.last().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Write to them…' }).click();
  await office
    .dialog()
    .getByText(`And ${many - 12} more.`)
    .waitFor();
  await office.dialog().getByLabel('Subject (English)').fill('A word to all');
  await office
    .dialog()
    .getByLabel('What you write this time (English)')
    .fill('Thank you for coming, {given}.');
  await office.dialog().getByText(`${many} messages go out`).waitFor();
  await page
    .frameLocator('iframe')
    .getByText(/Thank you for coming, Given/)
    .waitFor();
  await office.barriers();
  await office.send(many);
  const mail = await got(`m${many - 1}@example.org`, 1);
  assert.match(mail['text/plain'] ?? '', new RegExp(`Thank you for coming, Given${many - 1}\\.`));
  await got('m0@example.org', 1);
});

test('a mailbox is read: an answer of a calendar is set, and a question waits', async () => {
  const { page } = office;
  await visit(page, `mail?write=invitation&about=${meeting}`);
  await office.choose('To whom', 'Members I choose');
  await page.getByRole('combobox', { name: 'Add a member' }).fill('Ann');
  await page.getByRole('option', { name: /Ann Essai/ }).click();
  await office.dialog().getByText('1 message goes out').waitFor();
  await office.send(1);
  const invitation = await got('ann@example.org', 5);
  box.put(
    `From: Ann Essai <ann@example.org>\nSubject: Accepted\nMessage-ID: <a@example.org>\nDate: Sun, 22 Nov 2026 10:00:00 -0500\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//EN\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:${line(invitation, 'UID')}\nSEQUENCE:${line(invitation, 'SEQUENCE')}\nDTSTAMP:20270101T120000Z\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@example.org\nEND:VEVENT\nEND:VCALENDAR\n`,
  );
  box.put(
    'From: Zoe Essai <zoe@example.org>\nSubject: Une question\nMessage-ID: <b@example.org>\nDate: Sun, 22 Nov 2026 11:00:00 -0500\nContent-Type: text/plain; charset=utf-8\n\nY a-t-il un stationnement?\n',
  );
  await visit(page, 'mail?view=setup');
  const form = page.locator('section[aria-labelledby=box]');
  await form.getByText('Another server', { exact: true }).click();
  await form.getByLabel('Server', { exact: true }).fill('127.0.0.1');
  await form.getByLabel('Port', { exact: true }).fill(String(box.port));
  await form.locator('.choice').and(form.getByLabel('Protection')).click();
  await page.getByRole('option', { name: /None/ }).click();
  await form.getByLabel('User name', { exact: true }).fill('bureau@example.org');
  await form.locator('input[type=password]').fill('wrong');
  await form.getByRole('button', { name: 'Test' }).click();
  await form.getByText(/Wrong password/).waitFor();
  await form.locator('input[type=password]').fill('of-the-test');
  await form.getByRole('button', { name: 'Test' }).click();
  await form.getByText('The mailbox opens: INBOX. Nothing in it was changed.').waitFor();
  await form.getByRole('button', { name: 'Keep this mailbox' }).click();
  await page.getByText('The mailbox is kept.').waitFor();
  await office.barriers();
  await visit(page, 'mail?view=incoming');
  await page.getByRole('article', { name: 'What came' }).getByText('Y a-t-il un stationnement?').waitFor();
  const { rows } = await office.asks('Requests', 'Registrations', meeting);
  assert.equal(rows.find((/** @type {any} */ row) => row.member === members.Ann)?.answer, 'accepted');
  await page.getByRole('button', { name: 'Read now' }).click();
  await page.getByText('0 new mails read.').waitFor();
});

test('a mailbox, a password and an account are forgotten once a person is sure', async () => {
  const { page } = office;
  await visit(page, 'mail?view=setup');
  for (const [button, said] of [
    ['Forget it', 'The mailbox is forgotten.'],
    ['Forget the account', 'The account is forgotten.'],
  ]) {
    await page.getByRole('button', { name: button, exact: true }).click();
    const sure = office.sure();
    await sure.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByText(String(said)).waitFor();
  }
  await page.getByRole('button', { name: 'Forget it', exact: true }).waitFor({ state: 'detached' });
  assert.equal((await office.asks('Mail', 'View')).account.set, false);
});

test('no page broke the policy or complained', () => {
  assert.deepEqual(office.tab.troubles, []);
});
