/** Mail from the window: an account, an invitation with its numbers, what the server does to it, wordings, and what comes back. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { letter, mailOffice } from './mail-office.mjs';
import { becomes, dress, visit } from './window.mjs';

let meeting = '';
const office = mailOffice(
  async (o) => {
    await o.found();
    const chapter = await o.chapter('Peers', 'Pairs');
    meeting = await o.meeting('Peer call', chapter, 30, '--title-fr', 'Appel des pairs');
    await o.member('Ann', chapter);
    await o.member('Élise', chapter, { family: 'Tremblay', language: 'fr', role: 'elected' });
    await o.member('Gone', chapter);
    await o.member('Slow', chapter);
    await o.member('Lost', chapter, { language: 'fr' });
    await o.member('Never', chapter, { family: 'Asked', silent: true });
  },
  { refuse: ['gone@example.org'], later: ['slow@example.org'], lose: ['lost@example.org'] },
);
const main = () => office.page.locator('main');

test('an account is tried before it is kept, and its server’s words are shown', async () => {
  const { page } = office;
  await visit(page, 'mail');
  await main().getByText('Nothing has been written yet').waitFor();
  await becomes(() => page.getByRole('button', { name: 'Set up the account first' }).count(), 1);
  assert.equal(await page.getByRole('button', { name: 'Write…' }).count(), 0);
  await page.getByRole('button', { name: 'Set up the account first' }).click();
  const account = page.locator('section[aria-labelledby=account]');
  assert.match((await account.textContent()) ?? '', /Microsoft 365.*Google Workspace/s);
  await account.getByText('Another server', { exact: true }).click();
  await account.getByLabel('Server', { exact: true }).fill('127.0.0.1');
  await account.getByLabel('Port', { exact: true }).fill('1');
  await office.choose('Protection', /None/);
  await account.getByRole('button', { name: 'Test' }).click();
  await account.getByText(/does not answer/).waitFor();
  await account.getByLabel('Port', { exact: true }).fill(String(office.server.port));
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
  await office.barriers();
});

test('an invitation says its numbers and how it reads in both languages before it goes out', async () => {
  const { page } = office;
  await visit(page, `meetings?id=${meeting}`);
  await page.getByRole('button', { name: 'Invite…' }).click();
  await office.dialog().waitFor();
  await office.choose('To whom', 'Who may come');
  await office.dialog().getByText('5 messages go out').waitFor();
  await office.dialog().getByText('3 in English, 2 in French').waitFor();
  const said = (await office.dialog().locator('dl').allTextContents()).join(' ');
  assert.match(said.replace(/\s+/g, ' '), /Eligible on .*6.*No consent ?1/);
  await office.dialog().getByText('Invitation – Peer call').first().waitFor();
  await office.choose('As read by', /Tremblay/);
  await office.dialog().getByText('Vous êtes invité – Appel des pairs').first().waitFor();
  const read = page.frameLocator('iframe');
  await read.getByText('1, rue Inventée').waitFor();
  assert.match((await read.locator('body').textContent()) ?? '', /Bonjour Élise.*1, rue Inventée/s);
  await office.barriers();
  await office.dialog().getByRole('button', { name: 'Send 5 messages…' }).click();
  const sure = office.sure();
  await sure.getByText('5 people get this message.').waitFor();
  await sure.getByRole('button', { name: 'Send 5 messages', exact: true }).click();
  await page.getByText(/5 messages are queued/).waitFor();
});

test('what became of each message is told in words, with the server’s', async () => {
  const { page } = office;
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
  assert.equal(office.mails('ann@example.org').length, 1);
  assert.match(office.mails('elise@example.org')[0] ?? '', /text\/calendar/);
  await office.barriers();
});

test('a held message waits on Today, and a person says that it arrived', async () => {
  const { page } = office;
  await visit(page, 'today');
  await page.getByRole('button', { name: /^Decide, 1 message is held/ }).click();
  const held = page.locator('section[aria-labelledby=held]');
  await held.getByText('Lost Example').waitFor();
  await held.getByRole('button', { name: 'It arrived, Lost Example' }).click();
  await held.waitFor({ state: 'detached' });
  assert.equal(office.mails('lost@example.org').length, 1);
});

test('while sending is paused messages wait, and one may be stopped', async () => {
  const { page } = office;
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
  assert.equal(office.mails('slow@example.org').length, 0);
});

test('a wording takes placeholders from a menu, refuses unknown ones in words, and goes back', async () => {
  const { page } = office;
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
  await office.barriers();
  await page.getByRole('button', { name: 'Back to Carnet’s wording' }).click();
  await page.getByText('your wording').waitFor({ state: 'detached' });
  assert.match(await text.inputValue(), /You are invited to \{title\}/);
});

test('dropped mails are taken in; what a person should read is settled with one key, and undone', async () => {
  const { page } = office;
  const file = office.work.path('answer.eml');
  writeFileSync(
    file,
    letter('Ann Example <ann@example.org>', 'A question about the call', 'Is there an interpreter?'),
  );
  await visit(page, 'mail?view=incoming');
  await page.getByText('Nothing waits for you here').waitFor();
  await page.locator('input[type=file]').setInputFiles(file);
  const pane = page.getByRole('article', { name: 'What came' });
  await pane.getByText('Is there an interpreter?').waitFor();
  await pane.getByText('Somebody wrote in words. Read it.').waitFor();
  await office.barriers();
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
    const { page } = office;
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
      await office.barriers();
      await page.setViewportSize({ width: 640, height: 400 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${to}: ${over} pixels too wide`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await visit(page, 'mail');
  });
}

test('no page broke the policy or complained', () => {
  assert.deepEqual(office.tab.troubles, []);
});
