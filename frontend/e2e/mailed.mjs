/** Mail in the demonstration network, for pictures: what went out and what became of it, what is due, and what came back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { day, letter } from './mail-office.mjs';
import { mailServer } from './smtp.mjs';
import { carnet } from './window.mjs';

/** An automatic report that an address is no more. @param {string} address */
const bounce = (address) =>
  [
    'From: MAILER-DAEMON@mail.example.org (Mail Delivery System)',
    'To: bureau@example.org',
    'Subject: Undelivered Mail Returned to Sender',
    'Date: Sun, 22 Nov 2026 10:00:00 -0500',
    `Message-ID: <bounce-${address}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example.org',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 The mailbox does not exist',
    '',
    '--b--',
    '',
  ].join('\r\n');

/**
 * Invites the peer network to its calls, with a server that refuses one, puts one off and loses one; some join late, some requests are
 * decided, and three write back. Gives what the pictures are about; the server goes on until it is stopped.
 * @param {string} home
 */
export async function mailed(home) {
  const chapters = await carnet(home, 'chapter', 'list');
  const chapter = chapters.items.find((/** @type {any} */ one) => one.name === 'Peer network').id;
  const { items } = await carnet(home, 'member', 'list', '--chapter', chapter, '--limit', '26');
  const people = items.filter((/** @type {any} */ one) => one.email);
  const [refused, later, lost] = people.slice(0, 3).map((/** @type {any} */ one) => one.email);
  const server = await mailServer({ refuse: [refused], busy: [later], lose: [lost] });
  await carnet(
    home,
    ...['mail', 'account', 'set', '--host', '127.0.0.1', '--port', `${server.port}`, '--security', 'none'],
    ...['--from', 'bureau@example.org', '--name', 'Climate network of municipalities', '--pace', '0'],
    ...['--postal', '1, rue Inventée, Montréal (Québec)  H0H 0H0'],
  );
  const from = new Date().toISOString().slice(0, 10);
  const coming = await carnet(home, 'meeting', 'list', '--chapter', chapter, '--from', from);
  const first = coming.items.find((/** @type {any} */ one) => one.status !== 'cancelled');
  const second = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Heat, housing and public health', '--chapter', chapter],
    ...['--title-fr', 'Chaleur, logement et santé publique : sensibilisation des arrondissements'],
    ...['--start', `${day(45)}T13:00`, '--zone', 'America/Toronto', '--minutes', '90'],
  );
  for (const one of people.slice(0, 12)) await carnet(home, 'register', first.id, one.id);
  await carnet(home, 'mail', 'confirm', '--meeting', first.id, '--to', 'decided');
  await carnet(home, 'mail', 'remind', '--meeting', first.id);
  await carnet(home, 'mail', 'digest', '--chapter', chapter);
  await carnet(home, 'mail', 'send');
  for (const one of people.slice(12, 19)) await carnet(home, 'register', chapter, one.id);
  for (const one of people.slice(19, 21)) await carnet(home, 'register', second.id, one.id);
  for (const one of people.slice(21, 23))
    await carnet(home, 'register', second.id, one.id, '--status', 'declined', '--reason', 'It is full');
  const mails = [
    letter(
      `${people[5].given} ${people[5].family} <${people[5].email}>`,
      'Stationnement et interprétation',
      'Bonjour,\r\n\r\nY a-t-il un stationnement près de la salle, et la rencontre est-elle interprétée en français et en anglais?\r\n\r\nMerci!',
    ),
    letter(
      `${people[6].given} ${people[6].family} <${people[6].email}>`,
      'Re: your reminder',
      'I will be ten minutes late.',
    ),
    bounce(people[7].email),
  ];
  for (const [at, text] of mails.entries()) {
    const file = join(home, '..', `mail-${at}.eml`);
    writeFileSync(
      file,
      text.replace(/^Date: .*$/m, `Date: ${new Date(Date.now() - 3_600_000).toUTCString()}`),
    );
    await carnet(home, 'mail', 'read', file);
  }
  return { server, meeting: second.id, member: people[8].id };
}
