import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { asks, browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
let call = '';
const shots = process.env.CARNET_SHOTS;

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  await carnet(
    home,
    ...['meeting', 'add', '--title', 'Workshop', '--chapter', 'Ontario', '--start', '2031-03-11T13:00'],
    ...['--zone', 'America/Toronto', '--minutes', '60', '--places', '2'],
  );
  const past = await carnet(
    home,
    ...[
      'meeting',
      'add',
      '--title',
      'Call of electeds',
      '--audience',
      'elected',
      '--start',
      '2026-01-14T13:00',
    ],
    ...['--zone', 'America/Toronto', '--minutes', '60'],
  );
  call = past.id;
  for (const who of ['ann.mcelroy@example.org', 'elina.singh@example.org'])
    await carnet(home, 'attendance', 'in', call, who, '--at', '2026-01-14T13:02');
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  tab.page.setDefaultTimeout(12_000);
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

/** @param {RegExp | string} name */
async function takeFor(name) {
  const { page } = tab;
  const dialog = page.getByRole('dialog');
  await dialog.locator('.choice').first().click();
  await page.getByRole('option', { name }).first().click();
  return dialog;
}

test('requests are pasted, and say before whom they bring', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  await page.keyboard.press('r');
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
  await page.getByText('No request waits for you.').waitFor();
  await page.keyboard.press('n');
  const dialog = await takeFor(/Workshop/);
  await dialog
    .getByLabel('Pasted text')
    .fill(
      [
        'Name,Email,Community,Role',
        'Ann McElroy,ann.mcelroy@example.org,Barrie,elected',
        'Priya Nair,priya.nair@example.org,Surrey,staff',
        'Elina Sing,elina@example.org,Surrey,staff',
        'Joel Roy,joel.roy@example.org,Nowhere-on-the-Map,staff',
        'Zoé Paquet,zoe.paquet@example.org,Gatineau,elected',
      ].join('\n'),
    );
  await dialog.getByText('5 new requests').waitFor();
  await dialog.getByText('1 is a member already').waitFor();
  assert.deepEqual(await findings(page), []);
  if (shots) await page.screenshot({ path: `${shots}/take-en-light.png` });
  await dialog.getByRole('button', { name: 'Take in 5' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('5 wait for a decision').waitFor();
  await page.locator('nav').getByText('5', { exact: false }).first().waitFor();
});

test('they are decided by keyboard: register, waiting list when full, decline with a reason', async () => {
  const { page } = tab;
  const pane = page.locator('aside');
  await page.getByRole('row', { name: /Ann McElroy/ }).click();
  await pane.getByRole('heading', { name: 'Ann McElroy' }).waitFor();
  await pane.getByText('Known member').first().waitFor();
  if (shots) await page.screenshot({ path: `${shots}/requests-en-light.png` });
  await page.keyboard.press('a');
  await page.getByText('Ann McElroy is registered.').waitFor();
  await pane.getByRole('heading', { name: 'Priya Nair' }).waitFor();
  await page.keyboard.press('a');
  await page.getByText('Priya Nair is registered.').waitFor();
  await pane.getByRole('heading', { name: 'Elina Sing' }).waitFor();
  await pane.getByText('Elina Singh', { exact: true }).waitFor();
  await page.keyboard.press('1');
  await pane.getByRole('listitem').filter({ hasText: 'Elina Singh' }).getByText('Known member').waitFor();
  await page.keyboard.press('a');
  await page.getByText(/No place was free/).waitFor();
  await pane.getByRole('heading', { name: 'Joel Roy' }).waitFor();
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('For communities in Canada');
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Enter');
  await page.getByText('Joel Roy is declined.').waitFor();
  await page.getByText('1 waits for a decision').waitFor();
});

/** What the Go side does without the window having asked, as when a round brings changes. @param {string} method @param {unknown} what */
const elsewhere = (method, what) => asks(tab.page, 'Requests', method, what);

test('what was decided can be written at once, from the requests and from the registrations', async () => {
  const { page } = tab;
  const answers = page.getByRole('group', { name: 'Answers to write' });
  await answers.getByRole('button', { name: /Confirm 2 places….*Workshop/ }).waitFor();
  await answers.getByRole('button', { name: /Write 1 refusal….*Workshop/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await page.waitForFunction(() => location.hash.includes('write=decline'));
  await page.goBack();
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
});

test('many are decided at once, and one undo brings all of them back', async () => {
  const { page } = tab;
  await page.keyboard.press('n');
  const dialog = await takeFor(/Ontario/);
  await dialog
    .getByLabel('Pasted text')
    .fill(
      'Name,Email\nNoor Haddad,noor@example.org\nWei Chen,wei@example.org\nGrace Okafor,grace@example.org',
    );
  await dialog.getByRole('button', { name: 'Take in 3' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('4 wait for a decision').waitFor();
  await page.getByRole('row', { name: /Noor Haddad/ }).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('3 chosen').waitFor();
  // Another request goes away meanwhile, as a round of exchange may make it: the same three stay chosen.
  const zoe = await page.evaluate(async () => {
    const rows = await /** @type {any} */ (globalThis).go.desktop.Requests.Requests('', 'open');
    return rows.find((/** @type {{ name: string }} */ row) => row.name === 'Zoé Paquet').id;
  });
  await elsewhere('DismissRequests', [zoe]);
  await page.getByRole('row', { name: /Zoé Paquet/ }).waitFor({ state: 'detached' });
  for (const name of [/Noor Haddad/, /Wei Chen/, /Grace Okafor/])
    assert.equal(await page.getByRole('row', { name }).getAttribute('aria-selected'), 'true');
  await page.locator('aside').getByRole('heading', { name: 'Grace Okafor' }).waitFor();
  await elsewhere('ReopenRequests', [zoe]);
  await page.getByRole('row', { name: /Zoé Paquet/ }).waitFor();
  await page.getByText('3 chosen').waitFor();
  await page.keyboard.press('a');
  await page.getByText('3 people are registered.').waitFor();
  await page.getByText('1 waits for a decision').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('4 wait for a decision').waitFor();
});

test('a file is taken in, and the same file again brings nothing', async () => {
  const { page } = tab;
  writeFileSync(work.path('form.csv'), 'Name,Email,Community\nOmar Sall,omar@example.org,Barrie\n');
  for (const [said, button] of [
    ['1 new request', 'Take in 1'],
    ['1 is here already', ''],
  ]) {
    await page.keyboard.press('n');
    const dialog = await takeFor(/Workshop/);
    await dialog.getByText('File', { exact: true }).click();
    await dialog.locator('input[type=file]').setInputFiles(work.path('form.csv'));
    await dialog.getByText(said ?? '').waitFor();
    if (button) await dialog.getByRole('button', { name: button }).click();
    else await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
});

test('one person is written down by hand', async () => {
  const { page } = tab;
  await page.keyboard.press('n');
  const dialog = await takeFor(/Workshop/);
  await dialog.getByText('One person', { exact: true }).click();
  await dialog.getByLabel('Given name').fill('Lise');
  await dialog.getByLabel('Family name').fill('Aubin');
  await dialog.getByLabel('E-mail').fill('lise.aubin@example.org');
  await page.keyboard.press('Enter');
  await page.getByText('The request of Lise Aubin is noted.').waitFor();
  await page.getByRole('row', { name: /Lise Aubin/ }).waitFor();
});

test('registrations show the verdict with its reason, the places, and who waits', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  await page.getByRole('row', { name: /Workshop/ }).click();
  await page
    .locator('aside')
    .getByText(/2 of 2 places taken, 1 waiting/)
    .waitFor();
  await page.locator('aside').getByRole('button', { name: 'Registrations' }).click();
  await page.getByRole('row', { name: /Ann McElroy.*Approved.*Eligible/ }).waitFor();
  await page.getByRole('row', { name: /Elina Singh.*Waiting list 1/ }).click();
  await page.keyboard.press('a');
  await page
    .getByRole('dialog')
    .getByText(/All places are taken/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Ann McElroy/ }).click();
  await page.keyboard.press('x');
  await page.getByRole('row', { name: /Ann McElroy.*Withdrawn/ }).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/registrations-en-light.png` });
  await page.getByRole('button', { name: 'Give 1 free place to the waiting list' }).click();
  await page.getByRole('row', { name: /Elina Singh.*Approved/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('aside').getByRole('heading', { name: 'Workshop' }).waitFor();
});

test('a rule of who may come is put together without code, and says whom it reaches now', async () => {
  const { page } = tab;
  await page
    .locator('aside')
    .getByRole('button', { name: /Change who may come/ })
    .click();
  const dialog = page.getByRole('dialog').first();
  await dialog.getByRole('button', { name: 'Elected only' }).click();
  await dialog.getByText(/eligible now/).waitFor();
  await dialog.getByRole('button', { name: 'Add a condition' }).first().click();
  await dialog.locator('li').nth(1).locator('.choice').first().click();
  await page.getByRole('option', { name: 'Province or territory' }).click();
  await dialog.getByRole('button', { name: /Province or territory:/ }).click();
  await page.getByRole('button', { name: 'Ontario', exact: true }).click();
  await page.keyboard.press('Escape');
  await dialog
    .getByText(/Elected.*Ontario/)
    .last()
    .waitFor();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  if (shots) await page.screenshot({ path: `${shots}/audience-en-light.png` });
  await dialog.getByRole('button', { name: 'Use this rule' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page
    .locator('aside')
    .getByRole('button', { name: /Ontario.*Change who may come/ })
    .waitFor();
});

test('who was there without being eligible is named with the reason', async () => {
  const { page } = tab;
  await visit(page, `meetings?id=${call}`);
  const named = page.locator('aside').getByRole('list', { name: 'Present but not eligible' });
  await named.getByRole('link', { name: 'Elina Singh' }).waitFor();
  assert.match(
    (await named.textContent()) ?? '',
    /^\s*Elina Singh\s+Role: Municipal staff; wanted: Elected\s*$/,
  );
  assert.deepEqual(await findings(page), []);
});

test('Today says how many wait, and leads there', async () => {
  const { page } = tab;
  await visit(page, 'today');
  await page.getByText(/requests wait for a decision/).waitFor();
  await page
    .getByRole('link', { name: /Decide/ })
    .or(page.getByRole('button', { name: /Decide/ }))
    .first()
    .click();
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
});

test('axe finds nothing, in both languages and themes, narrow and at 200 %', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      for (const [name, place] of [
        ['requests', 'meetings?view=requests'],
        ['month', 'meetings'],
      ]) {
        await visit(page, place ?? '');
        assert.deepEqual(await findings(page), [], `${name} ${lang} ${theme}`);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${lang}-${theme}.png` });
      }
      await page.getByRole('row', { name: /Workshop/ }).click();
      await page
        .locator('aside')
        .getByRole('button', { name: lang === 'fr' ? 'Inscriptions' : 'Registrations', exact: true })
        .click();
      await settle(page);
      assert.deepEqual(await findings(page), [], `registrations ${lang} ${theme}`);
      if (shots) await page.screenshot({ path: `${shots}/registrations-${lang}-${theme}.png` });
    }
  }
  await visit(page, 'meetings?view=requests');
  await page.setViewportSize({ width: 900, height: 600 });
  await settle(page);
  assert.deepEqual(await findings(page), [], 'narrow');
  if (shots) await page.screenshot({ path: `${shots}/requests-narrow.png` });
  await page.setViewportSize({ width: 640, height: 400 });
  await settle(page);
  assert.deepEqual(await findings(page), [], '200 %');
  if (shots) await page.screenshot({ path: `${shots}/requests-200.png` });
  assert.deepEqual(troubles, []);
});
