/** Who is trusted with what: changes taken in from what was set aside, roles and offices, keys, policy, rooms, and the words on paper. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const [home, lost, desk, stick] = ['home', 'lost', 'desk', 'stick'].map((name) => work.path(name));
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
let id = '';
let words = '';

/** Invites a laptop with the command line and lets it in. @param {string} who @param {string} where @param {string} role */
async function joins(who, where, role) {
  const file = work.path(`${who}.invitation`);
  await carnet(
    String(home),
    ...['invite', 'create', '--office', 'Toronto', '--coordinator', who, '--role', role, '--out', file],
  );
  await carnet(where, 'invite', 'accept', file);
  for (const one of [where, home, where]) await carnet(String(one), 'sync');
}

before(async () => {
  await build();
  mkdirSync(String(stick));
  const first = String(home);
  const made = await carnet(
    first,
    ...['network', 'create', '--name', 'Réseau', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  words = made.recovery;
  await carnet(first, 'remote', 'set', `file://${stick}`);
  await carnet(first, 'office', 'add', 'Montréal');
  await joins('L. Essai', String(lost), 'coordinator');
  await joins('G. Gagnon', String(desk), 'coordinator');
  id = (await carnet(first, 'member', 'add', '--given', 'Élise', '--family', 'Tremblay')).id;
  for (const one of [home, lost]) await carnet(String(one), 'sync');
  const { device } = await carnet(String(lost), 'network', 'show');
  await carnet(first, 'laptop', 'revoke', device);
  await carnet(String(lost), 'member', 'set', id, 'title=Mairesse', 'phone=+1 450 555 0148');
  await carnet(String(lost), 'sync');
  window = await serve(first);
  chrome = await browser();
  tab = await open(chrome, window.address, { still: true });
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const dialog = () => tab.page.getByRole('dialog');

/** Presses Sync now until something is there. @param {import('playwright-core').Locator} wanted */
async function syncUntil(wanted) {
  for (let tries = 0; tries < 30 && (await wanted.count()) === 0; tries++) {
    await tab.page.getByRole('button', { name: 'Sync now' }).click();
    await settle(tab.page);
  }
  await wanted.first().waitFor();
}

test('what a revoked laptop wrote is looked through, and one change of it taken in', async () => {
  const { page } = tab;
  await visit(page, 'network');
  const aside = page.locator('section[aria-labelledby=refused]');
  await syncUntil(aside.getByRole('button', { name: /Show what it says, L. Essai/ }));
  await aside.getByRole('button', { name: /Show what it says/ }).click();
  await aside.getByRole('row', { name: /Élise Tremblay.*Phone.*\+1 450 555 0148/ }).waitFor();
  await aside.getByRole('checkbox', { name: 'Take in Title of Élise Tremblay' }).check();
  assert.deepEqual(await findings(page), []);
  await aside.getByRole('button', { name: 'Take in 1 change' }).click();
  await dialog()
    .getByText(/is written as yours, for everybody/)
    .waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog().getByRole('button', { name: 'Take in 1 change' }).click();
  await page.getByText('1 change taken in.').waitFor();
  await aside.waitFor({ state: 'detached' });
  await visit(page, `members?id=${id}`);
  await page.locator('aside').getByText('Mairesse').first().waitFor();
  assert.equal(await page.locator('aside').getByText('+1 450 555 0148').count(), 0);
});

test('the exchanges are told in plain words, in both languages', async () => {
  const { page } = tab;
  const rounds = page.locator('section[aria-labelledby=rounds]');
  await dress(page, 'fr', 'dark');
  await visit(page, 'network');
  await rounds
    .getByText(/modifications? envoyée|modification envoyée|Envoyé/i)
    .first()
    .waitFor();
  await rounds
    .getByText(/est mis de côté|à part|écarté/i)
    .first()
    .waitFor();
  assert.deepEqual(await findings(page), []);
  await dress(page, 'en', 'light');
  await visit(page, 'network');
  await rounds
    .getByText(/Sent \d+ change/)
    .first()
    .waitFor();
  await rounds.getByText('1 object is set aside. Look at it above.').first().waitFor();
});

test('what offices see of one another changes after what follows is said, and not when the person turns back', async () => {
  const { page } = tab;
  await visit(page, 'network');
  const share = page.getByRole('checkbox', { name: /Offices see each other’s members/ });
  const admins = page.getByRole('checkbox', { name: /Administrators read every office’s details/ });
  assert.ok(await share.isChecked());
  await share.click();
  await dialog()
    .getByText(/An office sees its own members alone/)
    .waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  assert.ok(await share.isChecked());
  await share.click();
  await dialog().getByRole('button', { name: 'Change it' }).click();
  await dialog().waitFor({ state: 'detached' });
  await admins.focus();
  await page.keyboard.press('Space');
  await dialog()
    .getByText(/Administrators/)
    .last()
    .waitFor();
  await dialog().getByRole('button', { name: 'Change it' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.reload();
  await visit(page, 'network');
  assert.ok(!(await share.isChecked()));
});

test('a laptop gets another role and another office after what follows is said', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Change role or office… G. Gagnon' }).click();
  const change = dialog().getByRole('button', { name: 'Change it' });
  assert.ok(await change.isDisabled());
  await dialog()
    .getByRole('button', { name: /^Office/ })
    .or(dialog().locator('.choice').nth(1))
    .first()
    .click();
  await page.getByRole('option', { name: 'Montréal' }).click();
  await dialog()
    .getByText(/it changes the members of Montréal, and no longer those of Toronto/)
    .waitFor();
  assert.deepEqual(await findings(page), []);
  await change.click();
  await page.getByRole('row', { name: /G. Gagnon.*Montréal.*Coordinator.*Active/ }).waitFor();
});

test('one office alone gets a new key', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'New keys…', exact: true }).click();
  await dialog()
    .getByText(/laptops get the new keys/)
    .waitFor();
  await dialog().locator('.choice').click();
  await page.getByRole('option', { name: 'The Montréal office alone' }).click();
  await dialog()
    .getByText(/1 laptop of that office gets the new key/)
    .waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog().getByRole('button', { name: 'Renew the keys' }).click();
  await page.getByText('New keys are on their way.').waitFor();
});

test('this laptop gets new keys of its own and stays the same for the others', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'New keys for this laptop…' }).click();
  await dialog()
    .getByText(/can no longer write as this laptop/)
    .waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog().getByRole('button', { name: 'Make new keys' }).click();
  await page.getByText('This laptop has new keys.').waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await settle(page);
  for (let tries = 0; tries < 3; tries++) {
    await carnet(String(desk), 'sync');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await settle(page);
  }
  const seen = await carnet(String(desk), 'laptop', 'list');
  assert.deepEqual(seen.items.map((/** @type {any} */ one) => `${one.coordinator} ${one.state}`).sort(), [
    'A. Roy active',
    'G. Gagnon active',
    'L. Essai revoked',
  ]);
});

test('a laptop that asks is turned away, and its invitation is closed', async () => {
  const { page } = tab;
  await visit(page, 'network');
  const made = await page.evaluate(() =>
    /** @type {any} */ (globalThis).go.desktop.Network.Invite({
      office: 'Toronto',
      coordinator: 'Personne',
      role: 'coordinator',
      days: 1,
      approve: true,
      words: false,
    }),
  );
  const [stranger, file] = [work.path('stranger'), work.path('stranger-invitation')];
  writeFileSync(file, made.file);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await carnet(stranger, 'invite', 'accept', file);
  await carnet(stranger, 'sync');
  const asks = page.getByRole('heading', { name: 'Personne asks to come in' });
  await syncUntil(asks);
  await page.getByText(/it receives the keys of its role/).waitFor();
  await page.getByRole('button', { name: 'Turn away…' }).click();
  await dialog().getByText('The laptop has received nothing.').waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog().getByRole('button', { name: 'Turn away' }).click();
  await asks.waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Personne.*Closed/ }).waitFor();
});

test('another laptop exchanges in the room through an address that is typed, and with the words on paper takes over', async () => {
  const { page } = tab;
  await visit(page, 'network');
  await page.getByRole('button', { name: 'Lend a folder' }).click();
  await page.getByRole('button', { name: 'Stop lending' }).waitFor({ timeout: 30_000 });
  const lent = page.locator('section[aria-labelledby=lend] li');
  const port = /:(\d+)$/.exec((await lent.first().textContent()) ?? '')?.[1];
  const second = await serve(String(desk));
  try {
    const { page: room, troubles } = await open(chrome, second.address, { still: true });
    await dress(room, 'en', 'light');
    await visit(room, 'network');
    await room.getByRole('button', { name: 'Add a place…' }).click();
    await room.getByRole('radio', { name: /A laptop in the room/ }).check();
    await room.getByLabel('Address').fill(`lan://127.0.0.1:${port}`);
    await room.getByRole('button', { name: 'Try the connection' }).click();
    await room.locator('.notice.note').waitFor({ timeout: 30_000 });
    assert.deepEqual(await findings(room), []);
    await room.getByLabel('Name', { exact: true }).fill('salle');
    await room.getByRole('button', { name: 'Add this place' }).click();
    const places = room.locator('section[aria-labelledby=bucket]');
    await places.getByText('salle', { exact: true }).waitFor();
    await places
      .getByText(/Has everything/)
      .nth(1)
      .waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Stop lending' }).click();

    await room.getByRole('button', { name: 'Recover with the words on paper…' }).click();
    const over = room.getByRole('dialog');
    await over.getByText(/receives all keys that administrators hold/).waitFor();
    await over.getByLabel('Recovery words').fill('one two three');
    await over.getByRole('button', { name: 'Take over' }).click();
    await room.locator('.line.bad').waitFor();
    await over.getByLabel('Recovery words').fill(words);
    assert.deepEqual(await findings(room), []);
    await over.getByRole('button', { name: 'Take over' }).click();
    await room.getByText('This laptop is an administrator’s now.').waitFor({ timeout: 30_000 });
    await room.getByRole('button', { name: 'Invite a laptop' }).waitFor();
    assert.deepEqual(troubles, []);
  } finally {
    await second.stop();
  }
});

test('on a new laptop the network is taken up again with the paper and the place alone', async () => {
  await tab.page.getByRole('button', { name: 'Sync now' }).click();
  await settle(tab.page);
  const fresh = await serve(work.path('fresh'), '');
  try {
    const { page, troubles } = await open(chrome, fresh.address, { still: true });
    await page.getByRole('button', { name: 'Recover with words on paper' }).click();
    await page.getByRole('button', { name: 'Take it up again' }).click();
    await page
      .getByText('Write the words from the paper, in order.')
      .or(page.getByText('Name the folder.'))
      .first()
      .waitFor();
    await page.getByLabel('Recovery words').fill(words);
    await page.getByLabel('Your name').fill('N. Essai');
    await page.getByLabel('Folder', { exact: true }).fill(String(stick));
    assert.deepEqual(await findings(page), []);
    await page.getByRole('button', { name: 'Take it up again' }).click();
    await page.getByRole('navigation').waitFor({ timeout: 60_000 });
    await visit(page, 'network');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('row', { name: /N. Essai.*Administrator/ }).waitFor();
    await visit(page, 'members');
    await page.getByText('Tremblay').first().waitFor({ timeout: 30_000 });
    assert.deepEqual(troubles, []);
  } finally {
    await fresh.stop();
  }
});
