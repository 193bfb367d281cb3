/** Mail from the window: an account, an invitation with its numbers, what the server does to it, wordings, and what comes back. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
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
let meeting = '';

before(async () => {
  await build();
  server = await mailServer({
    refuse: ['gone@example.org'],
    later: ['slow@example.org'],
    lose: ['lost@example.org'],
  });
  await carnet(
    home,
    ...['network', 'create', '--name', 'Réseau d’essai', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  const chapter = await carnet(home, ...['chapter', 'add', '--name', 'Peers', '--name-fr', 'Pairs']);
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const planned = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Peer call', '--title-fr', 'Appel des pairs', '--chapter', chapter.id],
    ...['--start', `${day}T13:00`, '--zone', 'America/Toronto', '--minutes', '60'],
  );
  meeting = planned.id;
  for (const [given, family, email, language, role] of [
    ['Ann', 'Example', 'ann@example.org', 'en', 'staff'],
    ['Élise', 'Tremblay', 'elise@example.org', 'fr', 'elected'],
    ['Gone', 'Example', 'gone@example.org', 'en', 'staff'],
    ['Slow', 'Example', 'slow@example.org', 'en', 'staff'],
    ['Lost', 'Example', 'lost@example.org', 'fr', 'staff'],
    ['Never', 'Asked', 'never@example.org', 'en', 'staff'],
  ]) {
    const member = await carnet(
      home,
      ...['member', 'add', '--given', `${given}`, '--family', `${family}`, '--email', `${email}`],
      ...['--language', `${language}`, '--role', `${role}`, '--chapter', chapter.id],
    );
    if (given !== 'Never')
      await carnet(home, ...['consent', 'record', member.id, '--basis', 'express', '--source', 'form']);
  }
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

const main = () => tab.page.locator('main');
const dialog = () => tab.page.getByRole('dialog');
/** @param {string} label @param {string | RegExp} option */
async function choose(label, option) {
  const { page } = tab;
  await page.locator('.choice').and(page.getByLabel(label)).first().click();
  await page.getByRole('option', { name: option }).first().click();
}
const barriers = async () => assert.deepEqual(await findings(tab.page), []);

test('an account is tried before it is kept, and its server’s words are shown', async () => {
  const { page } = tab;
  await visit(page, 'mail');
  await main().getByText('Nothing has been written yet').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Set up the account first' }).count(), 1);
  assert.equal(await page.getByRole('button', { name: 'Write…' }).count(), 0);
  await page.getByRole('button', { name: 'Set up the account first' }).click();
  const account = page.locator('section[aria-labelledby=account]');
  assert.match((await account.textContent()) ?? '', /Microsoft 365.*Google Workspace/s);
  await account.getByText('Another server', { exact: true }).click();
  await account.getByLabel('Server', { exact: true }).fill('127.0.0.1');
  await account.getByLabel('Port', { exact: true }).fill('1');
  await choose('Protection', /None/);
  await account.getByRole('button', { name: 'Test' }).click();
  await account.getByText(/does not answer/).waitFor();
  await account.getByLabel('Port', { exact: true }).fill(String(server.port));
  await account.getByRole('button', { name: 'Test' }).click();
  await account.getByText(/It said: “220 mail.example.org ready”/).waitFor();
  await account.getByLabel('Address people see', { exact: true }).fill('bureau@example.org');
  await account.getByLabel('Name people see', { exact: true }).fill('Réseau d’essai');
  await account.getByRole('button', { name: 'Keep this account' }).click();
  await account.getByText('Where can your office be found?').waitFor();
  await account.getByLabel('Postal address of the office', { exact: true }).fill('1, rue Inventée, Montréal');
  await account.getByLabel('Messages a minute', { exact: true }).fill('0');
  await account.getByRole('button', { name: 'Keep this account' }).click();
  await page.getByText('The account is kept.').waitFor();
  await settle(page);
  await barriers();
});

test('an invitation says its numbers and how it reads in both languages before it goes out', async () => {
  const { page } = tab;
  await visit(page, `meetings?id=${meeting}`);
  await page.getByRole('button', { name: 'Invite…' }).click();
  await dialog().waitFor();
  await choose('To whom', 'Who may come');
  await dialog().getByText('5 messages go out').waitFor();
  await dialog().getByText('3 in English, 2 in French').waitFor();
  const said = (await dialog().locator('dl').textContent()) ?? '';
  assert.match(said.replace(/\s+/g, ' '), /Eligible on .*6.*No consent ?1/);
  await dialog().getByText('Invitation – Peer call').first().waitFor();
  await choose('As read by', /Tremblay/);
  await dialog().getByText('Vous êtes invité – Appel des pairs').first().waitFor();
  const letter = page.frameLocator('iframe');
  await letter.getByText('1, rue Inventée').waitFor();
  assert.match((await letter.locator('body').textContent()) ?? '', /Bonjour Élise.*1, rue Inventée/s);
  await settle(page);
  await barriers();
  await dialog().getByRole('button', { name: 'Send 5 messages…' }).click();
  const sure = page.getByRole('alertdialog').or(page.getByRole('dialog')).last();
  await sure.getByText('5 people get this message.').waitFor();
  await sure.getByRole('button', { name: 'Send 5 messages', exact: true }).click();
  await page.getByText(/5 messages are queued/).waitFor();
});

test('what became of each message is told in words, with the server’s', async () => {
  const { page } = tab;
  const rows = page.locator('section[aria-labelledby=messages] tbody tr');
  for (const [who, words] of [
    ['ann@example.org', 'sent'],
    ['elise@example.org', 'sent'],
    ['gone@example.org', 'refused.*550 5.1.1 No such user here|refused.*No such user here'],
    ['slow@example.org', 'queued.*Greylisted.*Next try'],
    ['lost@example.org', 'held.*connection was lost'],
  ]) {
    const row = rows.filter({ hasText: who });
    await page.waitForFunction(
      ([address, wanted]) =>
        [...document.querySelectorAll('section[aria-labelledby=messages] tbody tr')].some(
          (one) =>
            one.textContent?.includes(`${address}`) && new RegExp(`${wanted}`, 's').test(one.textContent),
        ),
      [who, words],
      { timeout: 30_000 },
    );
    assert.equal(await row.count(), 1);
  }
  assert.equal(server.mails.get('ann@example.org')?.length, 1);
  assert.match(server.mails.get('elise@example.org')?.[0] ?? '', /text\/calendar/);
  await settle(page);
  await barriers();
});

test('a held message waits on Today, and a person says that it arrived', async () => {
  const { page } = tab;
  await visit(page, 'today');
  await page.getByRole('button', { name: /^Decide, 1 message is held/ }).click();
  const held = page.locator('section[aria-labelledby=held]');
  await held.getByText('Lost Example').waitFor();
  await held.getByRole('button', { name: 'It arrived, Lost Example' }).click();
  await held.waitFor({ state: 'detached' });
  assert.equal(server.mails.get('lost@example.org')?.length, 1);
});

test('while sending is paused messages wait, and one may be stopped', async () => {
  const { page } = tab;
  await visit(page, 'mail');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Paused\. 1 message waits/).waitFor();
  await visit(page, 'mail?state=queued');
  const row = page
    .locator('section[aria-labelledby=messages] tbody tr')
    .filter({ hasText: 'slow@example.org' });
  await row.getByRole('button', { name: 'Slow Example' }).last().click();
  await page.getByRole('menuitem', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop them' }).click();
  await page.getByText('1 message stopped. It will not be sent.').waitFor();
  await visit(page, 'mail?state=stopped');
  await row.getByText('Stopped by a person.').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Everything has gone out.').waitFor();
  assert.equal(server.mails.get('slow@example.org'), undefined);
});

test('a wording takes placeholders from a menu, refuses unknown ones in words, and goes back', async () => {
  const { page } = tab;
  await visit(page, 'mail?view=wordings');
  const text = page.getByRole('textbox', { name: 'Text' });
  await text.fill('Hello {nobody}');
  await page.getByRole('button', { name: 'Save the wording' }).click();
  await page.getByRole('alert').getByText('{nobody}').waitFor();
  await text.fill('Welcome ');
  await text.press('End');
  await page.getByRole('button', { name: 'Insert' }).click();
  await page.getByRole('menuitem', { name: 'First name' }).click();
  assert.equal(await text.inputValue(), 'Welcome {given}');
  await page.getByRole('combobox', { name: 'Preview on' }).fill('Ann');
  await page.getByRole('option', { name: /Ann Example/ }).click();
  await page.frameLocator('iframe').getByText('Welcome Ann').waitFor();
  await page.getByRole('button', { name: 'Save the wording' }).click();
  await page.getByText('your wording').waitFor();
  await settle(page);
  await barriers();
  await page.getByRole('button', { name: 'Back to Carnet’s wording' }).click();
  await page.getByText('your wording').waitFor({ state: 'detached' });
  assert.match(await text.inputValue(), /You are invited to \{title\}/);
});

test('dropped mails are taken in; what a person should read is settled with one key, and undone', async () => {
  const { page } = tab;
  const letter = work.path('answer.eml');
  writeFileSync(
    letter,
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
  await visit(page, 'mail?view=incoming');
  await page.getByText('Nothing waits for you here').waitFor();
  await page.locator('input[type=file]').setInputFiles(letter);
  const pane = page.getByRole('article', { name: 'What came' });
  await pane.getByText('Is there an interpreter?').waitFor();
  await pane.getByText('Somebody wrote in words. Read it.').waitFor();
  await settle(page);
  await barriers();
  await page
    .getByRole('button', { name: /Ann Example/ })
    .first()
    .focus();
  await page.keyboard.press('s');
  await page.getByText('1 mail settled.').waitFor();
  await page.getByText('Nothing waits for you here').waitFor();
  await page.keyboard.press('Control+z');
  await pane.getByText('Is there an interpreter?').waitFor();
});

for (const [lang, theme] of /** @type {const} */ ([
  ['fr', 'dark'],
  ['fr', 'light'],
  ['en', 'dark'],
])) {
  test(`axe finds nothing with mail there in ${lang}, ${theme}, and nothing is cut off at 200 % zoom`, async () => {
    const { page } = tab;
    await dress(page, lang, theme);
    for (const to of [
      'mail',
      'mail?view=incoming',
      'mail?view=wordings',
      'mail?view=setup',
      `mail?write=reminder&about=${meeting}`,
    ]) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await visit(page, to);
      await barriers();
      await page.setViewportSize({ width: 640, height: 400 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${to}: ${over} pixels too wide`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await visit(page, 'mail');
  });
}

test('no page broke the policy or complained', () => {
  assert.deepEqual(tab.troubles, []);
});
