/** What a coordinator does on Members, by keyboard, with the real Go side. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { found } from './network.mjs';
import { browser, build, open, serve, settle, visit, workplace } from './window.mjs';

const place = workplace();
const home = place.path('home');
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let go;
/** @type {Awaited<ReturnType<typeof open>>} */ let shown;
/** @type {import('playwright-core').Page} */ let page;

before(async () => {
  await build();
  await found(home, place.path);
  go = await serve(home);
  chrome = await browser();
  shown = await open(chrome, go.address);
  page = shown.page;
});

after(async () => {
  await chrome?.close();
  await go?.stop();
  place.clear();
});

const said = () => page.locator('main [role=status]').innerText();
const names = async () =>
  (
    await page.locator('[role=grid] [role=row][aria-selected] [role=gridcell]:first-child').allInnerTexts()
  ).map((text) => text.replace(/\s+/g, ' ').trim());

async function search(/** @type {string} */ text) {
  await page.locator('main [role=searchbox]').fill(text);
  await settle(page);
}

test('letters find names wherever accents stand, and underline what they found', async () => {
  await visit(page, 'members');
  await search('eli');
  assert.ok((await names()).includes('Tremblay, Élise'));
  const marked = await page.locator('[role=grid] mark').allInnerTexts();
  assert.ok(marked.includes('Éli'), `marked: ${marked}`);
  assert.match(await page.locator('main header').innerText(), /of 13/);
});

test('arrow keys move in the list while the search keeps the focus, and the detail follows', async () => {
  await search('tremblay');
  await page.keyboard.press('ArrowDown');
  await settle(page);
  const chosen = await page.locator('[role=grid] [aria-selected=true]').innerText();
  const family = chosen.split(',')[0] ?? '';
  assert.ok((await page.locator('aside h2').first().innerText()).includes(family));
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'searchbox');
});

test('a field is edited in place, is saved by Enter, and Ctrl-Z says what it took back', async () => {
  await search('gelinas');
  const phone = page.locator('aside button[aria-label^="Phone"]');
  await phone.dblclick();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('+1 819 555 0199');
  await page.keyboard.press('Enter');
  await page.locator('aside').getByText('+1 819 555 0199').first().waitFor();
  const [saved] = (await ask('Gélinas')).items;
  assert.equal(saved.phone, '+1 819 555 0199');
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() =>
    /Undone|Phone/.test(document.querySelector('main [role=status]')?.textContent ?? ''),
  );
  await settle(page);
  assert.doesNotMatch((await phone.getAttribute('aria-label')) ?? '', /819 555 0199/);
});

test('Escape reverts a field and loses nothing else', async () => {
  await search('gelinas');
  const phone = page.locator('aside button[aria-label^="Phone"]');
  const before = await phone.getAttribute('aria-label');
  await phone.dblclick();
  await page.keyboard.type('nonsense');
  await page.keyboard.press('Escape');
  assert.equal(await phone.getAttribute('aria-label'), before);
});

test('a refused value is said in a sentence, and the text stays to be mended', async () => {
  await search('gelinas');
  await page.locator('aside button[aria-label^="E-mail"]').dblclick();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('not an address');
  await page.keyboard.press('Enter');
  await page.locator('main [role=status] .bad').waitFor();
  assert.match(await said(), /not an address/);
  assert.equal(await page.locator('aside input').inputValue(), 'not an address');
  await page.keyboard.press('Escape');
});

test('a new member is written by keyboard, stands in the list, and undo takes the card away', async () => {
  await search('');
  await page.locator('[role=grid]').focus();
  await page.keyboard.press('n');
  await page.getByLabel('Given name').fill('Ines');
  await page.getByLabel('Family name').fill('Haddad');
  await page.getByLabel('E-mail', { exact: true }).fill('ines.haddad@example.org');
  await page.keyboard.press('Control+Enter');
  await page.locator('aside h2', { hasText: 'Ines Haddad' }).waitFor();
  await page.keyboard.press('Control+z');
  await settle(page);
  assert.equal((await ask('Haddad')).total, 0);
});

test('two members are compared and merged, and undo separates them', async () => {
  await search('tremblay');
  const rows = page.locator('[role=grid] [role=row][aria-selected]');
  await rows.nth(0).click();
  await rows.nth(1).click({ modifiers: ['Control'] });
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('table').waitFor();
  assert.match(await dialog.innerText(), /Mairesse/);
  await dialog.getByRole('button', { name: /^Merge into/ }).click();
  await dialog.waitFor({ state: 'detached' });
  await settle(page);
  assert.equal((await ask('tremblay')).total, 2);
  await page.keyboard.press('Control+z');
  await settle(page);
  assert.equal((await ask('tremblay')).total, 3);
});

test('consent is recorded and withdrawn by keyboard, stands in words, and undo takes both back', async () => {
  await search('gelinas');
  const pane = page.locator('aside');
  await pane.getByText('Nothing recorded').waitFor();
  const record = pane.getByRole('button', { name: 'Record consent' });
  await record.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('form');
  await page.keyboard.press('Escape');
  assert.ok(await record.evaluate((it) => it === document.activeElement), 'Escape gives the focus back');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await pane.getByLabel('Source').inputValue(), 'form', 'and loses no text');
  await pane.getByLabel(/^Given on/).fill('2026-03-12');
  await page.keyboard.press('Enter');
  await pane.getByText('Express, form of 12 Mar 2026').first().waitFor();
  await settle(page);
  assert.ok(await record.evaluate((it) => it === document.activeElement), 'the focus is where it began');
  assert.match(await pane.locator('.history').innerText(), /Consent Express, form of 12 Mar 2026/);

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await pane.getByText(/^Withdrawn on/).waitFor();
  await settle(page);
  assert.ok(await record.evaluate((it) => it === document.activeElement), 'the focus stays in the line');
  await page.keyboard.press('Control+z');
  await pane.getByText('no end date').waitFor();
  await page.keyboard.press('Control+z');
  await pane.getByText('Nothing recorded').waitFor();
  assert.match(await said(), /not recorded any more/);
});

test('the menu of a member opens the consent form, and the form has the focus', async () => {
  const pane = page.locator('aside');
  await pane.getByRole('button', { name: 'Actions for this member' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Record consent' }).focus();
  await page.keyboard.press('Enter');
  await pane.getByLabel('Basis').waitFor();
  await settle(page);
  assert.ok(await pane.getByLabel('Basis').evaluate((it) => it === document.activeElement));
  await page.keyboard.press('Escape');
});

test('a list is looked at before it is written, and what was refused is named', async () => {
  writeFileSync(
    place.path('liste.csv'),
    Buffer.from(
      'Prénom;Nom;Courriel;Poste\nZoé;Larivière;zoe@example.org;Mairesse\nLuc;Côté;pas une adresse;Greffier\n',
      'latin1',
    ),
  );
  await visit(page, 'members');
  await page.getByRole('button', { name: 'Import' }).click();
  await page.locator('input[type=file]').setInputFiles(place.path('liste.csv'));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Windows-1252').waitFor();
  assert.match(await dialog.innerText(), /pas une adresse/);
  await dialog.getByRole('button', { name: /^Write 1/ }).click();
  await dialog.getByText(/^Done/).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await search('lariv');
  assert.deepEqual(await names(), ['Larivière, Zoé']);
});

test('rows are copied as tab-separated text', async () => {
  await search('campbell');
  await page.locator('[role=grid] [role=row][aria-selected]').first().click();
  await page.locator('[role=grid]').focus();
  await page.keyboard.press('Control+c');
  await page.locator('main [role=status]', { hasText: 'copied' }).waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(text, /Campbell/);
  assert.match(text, /\t/);
});

test('the palette finds people and acts, without a pointer', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('nikos');
  await page.locator('#palette-0', { hasText: 'Nikos' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('aside h2', { hasText: 'Nikos Eliopoulos' }).waitFor();
  await page.locator('.palette').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('chapters');
  await page.locator('#palette-0', { hasText: 'Chapters' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('main h1', { hasText: 'Chapters' }).waitFor();
});

test('nothing complained on the way', () => {
  assert.deepEqual(shown.troubles, []);
});

/** @param {string} query */
async function ask(query) {
  const answer = await page.evaluate(
    (text) => /** @type {any} */ (window).go.desktop.People.Members({ text, offset: 0, limit: 50 }),
    query,
  );
  const items = await Promise.all(
    answer.rows.map((/** @type {any} */ row) =>
      page.evaluate((id) => /** @type {any} */ (window).go.desktop.People.Member(id), row.id),
    ),
  );
  return { total: answer.total, items };
}
