import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  await carnet(
    home,
    ...[
      'meeting',
      'add',
      '--title',
      'Forum',
      '--title-fr',
      'Forum',
      '--chapter',
      'Quebec',
      '--place',
      'Montréal',
    ],
    ...['--start', '2031-03-09T09:00', '--zone', 'America/Toronto', '--minutes', '480'],
  );
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

test('a meeting is planned by keyboard, with the local times before it is added', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  await page.keyboard.press('n');
  await page.getByLabel('Title in English').fill('Peer network call');
  await page.locator('aside .choice').first().click();
  await page.getByRole('option', { name: 'Quebec' }).click();
  await page.getByLabel('Date', { exact: true }).fill('2031-12-02');
  await page.getByLabel('Time', { exact: true }).fill('13 h 30');
  const preview = page.locator('aside table');
  await preview.waitFor();
  assert.match((await preview.textContent()) ?? '', /Vancouver\s*11:30/);
  await page.getByRole('button', { name: 'Add the meeting' }).click();
  await page.locator('aside').getByRole('heading', { name: 'Peer network call' }).waitFor();
  await page.getByRole('row', { name: /Peer network call/ }).waitFor();
});

test('a form that lacks something says what, and loses nothing', async () => {
  const { page } = tab;
  await visit(page, 'meetings?new=1');
  await page.getByRole('button', { name: 'Add the meeting' }).click();
  await page.getByText('Give the meeting a title').waitFor();
  await page.getByLabel('Title in French').fill('Appel');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByLabel('Title in French').inputValue(), 'Appel');
  await page.getByRole('button', { name: 'Leave without adding' }).click();
});

test('a field is edited in place and Ctrl-Z takes it back', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  await page.getByRole('row', { name: /Forum/ }).click();
  const pane = page.locator('aside');
  const value = pane.getByRole('button', { name: /Place/ }).first();
  await value.waitFor();
  await value.dblclick();
  await pane.getByRole('textbox', { name: 'Place' }).fill('Palais des congrès');
  await page.keyboard.press('Enter');
  await pane.getByRole('button', { name: /Palais des congrès/ }).waitFor();
  await page.keyboard.press('Control+z');
  await pane
    .getByRole('button', { name: /Montréal/ })
    .first()
    .waitFor();
});

test('cancelling says what it means, marks the meeting, and can be taken back', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  await page.getByRole('row', { name: /Forum/ }).click();
  await page.getByRole('button', { name: 'Cancel the meeting…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/stays in every list/).waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Cancel the meeting' }).click();
  await page.getByRole('row', { name: /Forum.*Cancelled/ }).waitFor();
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await page.getByRole('row', { name: /Forum.*Cancelled/ }).waitFor({ state: 'detached' });
});

test('the month is read by arrows, and remembered', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  await page.getByText('Month', { exact: true }).click();
  const grid = page.getByRole('grid');
  await grid.waitFor();
  const day = grid.locator('[tabindex="0"]');
  const first = await day.getAttribute('aria-label');
  await day.focus();
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await grid.locator('[tabindex="0"]').getAttribute('aria-label'), first);
  const month = await grid.getAttribute('aria-label');
  await page.keyboard.press('PageDown');
  await settle(page);
  assert.notEqual(await grid.getAttribute('aria-label'), month);
  assert.ok(await page.evaluate(() => document.activeElement?.getAttribute('role') === 'gridcell'));
  await visit(page, 'today');
  await visit(page, 'meetings');
  await page.getByRole('grid').locator('[role=gridcell]').first().waitFor();
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    await dress(page, lang, 'dark');
    await settle(page);
    assert.deepEqual(await findings(page), [], `month ${lang}`);
  }
  await page.getByText('Liste', { exact: true }).click();
});

test('axe finds nothing on the list, the detail and the form', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      await visit(page, 'meetings');
      await page.getByRole('row', { name: /Forum/ }).click();
      await settle(page);
      assert.deepEqual(await findings(page), [], `detail ${lang} ${theme}`);
      await visit(page, 'meetings?new=1');
      assert.deepEqual(await findings(page), [], `form ${lang} ${theme}`);
    }
  }
  assert.deepEqual(troubles, []);
});
