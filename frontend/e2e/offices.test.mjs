/** What an office keeps for itself is said kindly to the others, and a member goes from one to another. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { becomes, browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
const [home, other, stick, file] = ['home', 'other', 'stick', 'invitation'].map(work.path);
/** @type {import('playwright-core').Browser} */
let chrome;
let id = '';

before(async () => {
  await build();
  mkdirSync(String(stick));
  const first = String(home);
  await carnet(
    first,
    ...['network', 'create', '--name', 'Réseau', '--office', 'Toronto', '--coordinator', 'A. Roy'],
  );
  await carnet(first, 'remote', 'set', `file://${stick}`);
  await carnet(
    first,
    ...['invite', 'create', '--office', 'Montréal', '--coordinator', 'G. Gagnon', '--out', String(file)],
  );
  await carnet(String(other), 'invite', 'accept', String(file));
  for (const one of [other, home, other]) await carnet(String(one), 'sync');
  const made = await carnet(
    first,
    ...['member', 'add', '--given', 'Zoé', '--family', 'Tremblay', '--email', 'zoe@example.org'],
  );
  id = made.id;
  await carnet(first, 'consent', 'record', id, '--basis', 'express', '--source', 'form');
  for (const one of [home, other]) await carnet(String(one), 'sync');
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  work.clear();
});

/**
 * @param {string} where
 * @param {(page: import('playwright-core').Page) => Promise<void>} look
 */
async function shown(where, look) {
  const window = await serve(where);
  try {
    const { page, troubles } = await open(chrome, window.address, { still: true });
    await look(page);
    assert.deepEqual(troubles, []);
  } finally {
    await window.stop();
  }
}

test('the other office sees who keeps the details and who may change them, and is offered nothing it may not do', async () => {
  await shown(String(other), async (page) => {
    for (const [lang, kept, who] of /** @type {const} */ ([
      ['fr', 'Conservé par le bureau de Toronto', /Le bureau de Toronto ou l’administration/],
      ['en', 'Kept by the Toronto office', /The Toronto office or an administrator/],
    ])) {
      await dress(page, lang, 'light');
      await visit(page, `members?id=${id}`);
      await page.getByText(kept).first().waitFor();
      await becomes(() => page.getByText(kept).count(), 2);
      await page.getByText(who).waitFor();
      assert.equal(await page.locator('aside [data-fact]').count(), 0);
      assert.deepEqual(await findings(page), [], lang);
    }
  });
});

test('a member moves to another office after what follows is said, and the details go along', async () => {
  await shown(String(home), async (page) => {
    await dress(page, 'en', 'light');
    await visit(page, `members?id=${id}`);
    await page.getByRole('button', { name: 'Actions' }).last().click();
    await page.getByRole('menuitem', { name: 'Move to another office…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/The Montréal office keeps the details/).waitFor();
    assert.deepEqual(await findings(page), []);
    await dialog.getByRole('button', { name: 'Move to Montréal' }).click();
    await page.getByText('Zoé Tremblay now belongs to the Montréal office.').waitFor();
    await settle(page);
  });
  for (const one of [home, other]) await carnet(String(one), 'sync');
  const moved = await carnet(String(other), 'member', 'show', id);
  assert.equal(moved.email, 'zoe@example.org');
  await carnet(String(other), 'member', 'set', id, 'phone=+1 514 555 0102');
});
