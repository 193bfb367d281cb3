/** After a forum: notes settled by one key, the rule that closes, who was there, the summary; all by keyboard, in both languages. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, serve, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let window;
/** @type {Awaited<ReturnType<typeof open>>} */ let tab;
let forum = '';
const shots = process.env.CARNET_SHOTS;
// The forum was the day before yesterday, so that Today still tells of it.
const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);

/** Notes a pass at the forum. @param {string} home @param {'in' | 'out'} way @param {string} who @param {string} clock @param {string} door */
const pass = (home, way, who, clock, door) =>
  carnet(home, 'attendance', way, forum, `${who}@example.org`, '--at', `${day}T${clock}`, '--station', door);

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const made = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Livable Cities Forum', '--title-fr', 'Forum des villes viables'],
    ...['--start', `${day}T09:00`, '--zone', 'America/Toronto', '--minutes', '480', '--audience', 'elected'],
    ...['--place', 'Montréal', '--mode', 'on-site'],
  );
  forum = made.id;
  await pass(home, 'in', 'ann.mcelroy', '09:02', 'A');
  await pass(home, 'in', 'ann.mcelroy', '09:04', 'C');
  await pass(home, 'out', 'ann.mcelroy', '16:30', 'A');
  await pass(home, 'in', 'elina.singh', '09:20', 'A');
  await pass(home, 'out', 'elina.singh', '12:10', 'A');
  await pass(home, 'in', 'elina.singh', '13:05', 'C');
  await pass(home, 'out', 'elina.singh', '16:55', 'C');
  await pass(home, 'out', 'nikos.eliopoulos', '08:50', 'A');
  await pass(home, 'in', 'nikos.eliopoulos', '10:00', 'A');
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

test('Today says that notes wait after the forum, and leads there', async () => {
  const { page } = tab;
  await visit(page, 'today');
  await page.getByRole('button', { name: /Look, 4 notes on attendance wait/ }).click();
  await page.getByRole('heading', { name: 'Livable Cities Forum' }).waitFor();
  await page.getByRole('gridcell', { name: 'In at A 9:02 and at C 9:04.' }).waitFor();
  await page.getByRole('gridcell', { name: /A departure at 8:50 without an arrival/ }).waitFor();
  await page
    .getByRole('gridcell', { name: /without being eligible: Role: Municipal staff; wanted: Elected/ })
    .waitFor();
  assert.deepEqual(await findings(page), []);
});

test('each note is settled by one key, several at once, and undo opens them again', async () => {
  const { page } = tab;
  const list = page.getByRole('grid', { name: 'Notes on attendance' });
  await list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('s');
  await page.getByText('1 note is marked as seen.').waitFor();
  await page.getByText('Notes 3', { exact: true }).waitFor();
  await page.keyboard.press('r');
  await page.getByText('1 note is settled: right as it is.').waitFor();
  await page.getByText('Notes 2', { exact: true }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('w');
  await page.getByText(/2 notes are settled: they are wrong/).waitFor();
  await page.getByText('No note waits for you.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Notes 2', { exact: true }).waitFor();
  await page.getByText('All', { exact: true }).first().click();
  await page.getByRole('row', { name: /Seen/ }).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/after-notes-en-light.png` });
});

test('the rule that closes what nobody closed is shown and chosen, and the minutes follow', async () => {
  const { page } = tab;
  await page.getByRole('group', { name: 'Who was not seen leaving' }).getByText('17:00').waitFor();
  await page.keyboard.press('2');
  const nikos = page.getByRole('row', { name: /Nikos Eliopoulos/ });
  await nikos.getByText('420').waitFor();
  const rule = page.getByRole('group', { name: 'Who was not seen leaving' });
  await rule.locator('.choice').click();
  await page.getByRole('option', { name: 'counts until the last scan' }).click();
  await nikos.getByText('415').waitFor();
  await rule.locator('.choice').click();
  await page.getByRole('option', { name: 'counts until a chosen time' }).click();
  await rule.getByRole('textbox', { name: 'Until' }).fill('15:30');
  await page.keyboard.press('Enter');
  await nikos.getByText('330').waitFor();
  await page.getByText(/until 15:30, as was chosen/).waitFor();
  await rule.getByText('15:30').waitFor();
});

test('people are found by letters, with each stretch, and copied as a table', async () => {
  const { page } = tab;
  await page.getByRole('row', { name: /Elina Singh.*9:20 – 12:10, 13:05 – 16:55.*400/ }).waitFor();
  await page.getByRole('searchbox', { name: 'Find somebody' }).fill('elin');
  await page.getByRole('row', { name: /Nikos/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  const list = page.getByRole('grid', { name: 'People who were there' });
  await list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+c');
  await page.getByText('1 row copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^Elina Singh\tSurrey\t.*\t9:20 – 12:10, 13:05 – 16:55\t400\tA, C\t/);
  assert.deepEqual(await findings(page), []);
});

test('the summary counts, draws presence over time, and is copied', async () => {
  const { page } = tab;
  await page.getByRole('searchbox', { name: 'Find somebody' }).fill('');
  await page.getByRole('grid', { name: 'People who were there' }).focus();
  await page.keyboard.press('3');
  await page.getByRole('heading', { name: 'People inside over time' }).waitFor();
  await page.getByRole('row', { name: /Elected.*2/ }).waitFor();
  await page.getByRole('button', { name: 'Copy the table' }).click();
  await page.getByText('The table is on the clipboard.').waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /came\t3/);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'XLSX in French' }).waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(await findings(page), []);
});

test('Escape goes back to the meeting, whose button leads here again; the palette has its actions', async () => {
  const { page } = tab;
  await page.getByRole('region', { name: 'Summary' }).focus();
  await page.keyboard.press('Escape');
  const pane = page.locator('aside');
  await pane.getByRole('heading', { name: 'Livable Cities Forum' }).waitFor();
  await pane.getByRole('button', { name: 'Attendance', exact: true }).click();
  await page.getByText('Livable Cities Forum').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('PDF in French');
  await page.getByRole('option', { name: /PDF in French/ }).waitFor();
  await page.keyboard.press('Escape');
});

test('axe finds nothing, in both languages and themes, narrow and at 200 %', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      for (const view of ['notes', 'people', 'summary']) {
        await visit(page, `meetings?after=${forum}&tab=${view}`);
        assert.deepEqual(await findings(page), [], `${view} ${lang} ${theme}`);
        if (shots) await page.screenshot({ path: `${shots}/after-${view}-${lang}-${theme}.png` });
      }
    }
  }
  for (const [width, height] of [
    [900, 600],
    [640, 400],
  ]) {
    await page.setViewportSize({ width: width ?? 0, height: height ?? 0 });
    for (const view of ['notes', 'people', 'summary']) {
      await visit(page, `meetings?after=${forum}&tab=${view}`);
      assert.deepEqual(await findings(page), [], `${view} ${width}`);
      if (shots) await page.screenshot({ path: `${shots}/after-${view}-${width}.png` });
    }
  }
  assert.deepEqual(troubles, []);
});
