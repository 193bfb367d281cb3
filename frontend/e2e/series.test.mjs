import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { becomes, browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;

/** A Wednesday in a month that is still to come, as YYYY-MM-DD. */
const first = (() => {
  const now = new Date();
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1));
  while (day.getUTCDay() !== 3) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
})();
const plus = (/** @type {string} */ day, /** @type {number} */ days) => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
};
const cell = (/** @type {string} */ day) => tab.page.locator(`[role=gridcell][data-day="${day}"]`);
const on = (/** @type {string} */ day) => cell(day).locator('button.meeting');

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  await carnet(
    home,
    ...['meeting', 'add', '--title', 'Livable Cities Forum', '--chapter', 'Quebec', '--place', 'Montréal'],
    ...['--start', '2031-03-11', '--minutes', '4320', '--zone', 'America/Toronto'],
  );
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

test('a series is planned by keyboard alone, with all its zones in sight', async () => {
  const { page } = tab;
  await visit(page, 'meetings');
  const began = Date.now();
  await page.keyboard.press('n');
  await page.getByLabel('Title in English').fill('Electeds-only call');
  await page.locator('aside .choice').first().click();
  await page.getByRole('option', { name: 'Ontario' }).click();
  await page.getByLabel('Date', { exact: true }).fill(first);
  await page.getByLabel('Time', { exact: true }).fill('14:00');
  await page.locator('aside .field', { hasText: 'Repeats' }).locator('.choice').click();
  await page.getByRole('option', { name: 'Every 2 weeks' }).click();
  const grid = page.locator('aside table');
  await grid.waitFor();
  await page.getByText('Every 2 weeks on Wednesday').waitFor();
  assert.match((await grid.textContent()) ?? '', /Vancouver.*12:00/);
  assert.match((await grid.textContent()) ?? '', /St\. John’s.*15:30/);
  assert.deepEqual(await findings(page), []);
  await page.getByLabel('Title in English').press('Enter');
  await page.locator('aside').getByRole('heading', { name: 'Electeds-only call' }).waitFor();
  console.log(`a series planned by keyboard in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  await page.locator('aside').getByText('Every 2 weeks on Wednesday').waitFor();
  await page
    .getByRole('row', { name: /Electeds-only call/ })
    .nth(3)
    .waitFor(); // the list comes after the pane
});

test('a meeting dragged to another day asks how far that goes, and moves alone', async () => {
  const { page } = tab;
  await page.getByText('Month', { exact: true }).click();
  await page.getByRole('grid').waitFor();
  await cell(first).waitFor();
  await on(first)
    .first()
    .dragTo(cell(plus(first, 1)));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Which meetings do you mean?').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('1');
  await on(plus(first, 1)).waitFor();
  await on(first).waitFor({ state: 'detached' });
  await on(plus(first, 14)).waitFor();
  await page.locator('aside').getByText('moved', { exact: true }).waitFor();
});

test('under a finger that rests a meeting moves too, and a swipe moves nothing', async () => {
  const { page } = tab;
  const touch = await page.context().newCDPSession(page);
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const middle = async (/** @type {import('playwright-core').Locator} */ of) => {
    const box = await of.boundingBox();
    assert.ok(box);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const send = (
    /** @type {'touchStart' | 'touchMove' | 'touchEnd'} */ type,
    /** @type {{ x: number, y: number }[]} */ points,
  ) => touch.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  const [from, to] = [await middle(on(plus(first, 14)).first()), await middle(cell(plus(first, 15)))];
  await send('touchStart', [from]);
  await send('touchMove', [to]);
  await send('touchEnd', []);
  await settle(page);
  assert.equal(await page.getByRole('dialog').count(), 0, 'a swipe asked to move a meeting');
  await send('touchStart', [from]);
  await page.locator('.ghost').waitFor();
  await send('touchMove', [{ x: (from.x + to.x) / 2, y: from.y }]);
  await send('touchMove', [to]);
  await send('touchEnd', []);
  await page.getByRole('dialog').getByText('Which meetings do you mean?').waitFor();
  await page.keyboard.press('1');
  await on(plus(first, 15)).waitFor();
  await page.keyboard.press('Control+z');
  await on(plus(first, 14)).waitFor();
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: false });
});

test('by keys a meeting and all that follow move, and Ctrl-Z brings them back', async () => {
  const { page } = tab;
  await on(plus(first, 14)).click();
  await page.locator('aside').getByRole('heading', { name: 'Electeds-only call' }).waitFor();
  await cell(plus(first, 14)).focus();
  await page.keyboard.press('m');
  await page.getByText(/Moving Electeds-only call/).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('2');
  await on(plus(first, 16)).waitFor();
  await on(plus(first, 14)).waitFor({ state: 'detached' });
  await on(plus(first, 1)).waitFor();
  await page.keyboard.press('Control+z');
  await on(plus(first, 14)).waitFor();
  await on(plus(first, 16)).waitFor({ state: 'detached' });
});

test('Escape in the question changes nothing', async () => {
  const { page } = tab;
  await on(plus(first, 14)).dragTo(cell(plus(first, 13)));
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await settle(page);
  await becomes(() => on(plus(first, 14)).count(), 1);
});

test('one meeting of a series is cancelled, or all that are to come', async () => {
  const { page } = tab;
  await on(plus(first, 14)).click();
  await page.getByRole('button', { name: 'Cancel the meeting…' }).click();
  await page.getByRole('dialog').getByText('Which meetings are cancelled?').waitFor();
  await page.getByRole('button', { name: /Only this one/ }).click();
  await page.locator('aside').getByRole('button', { name: 'Bring it back' }).waitFor();
  await visit(page, 'meetings');
  await page.getByText('Agenda', { exact: true }).click();
  await page.locator('.agenda button', { hasText: 'Electeds-only call' }).nth(2).click();
  await page.getByRole('button', { name: 'Cancel the meeting…' }).click();
  await page.getByRole('button', { name: /This one and all following/ }).click();
  await page.getByText(/Cancelled: what is to come/).waitFor();
  await settle(page);
  await becomes(() => page.locator('.agenda button', { hasText: 'Electeds-only call' }).count(), 2);
  await page.keyboard.press('Control+z');
  await page.locator('.agenda button', { hasText: 'Electeds-only call' }).nth(3).waitFor();
});

test('a date to be set, a forum of three days, and its sessions', async () => {
  const { page } = tab;
  await visit(page, 'meetings?new=');
  await page.getByLabel('Title in English').fill('Atlantic chapter');
  await page.locator('aside .choice').first().click();
  await page.getByRole('option', { name: 'Ontario' }).click();
  await page.locator('aside').getByText('To be set', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Month' }).fill('2031-06');
  await page.getByLabel('Note in English').fill('Details to follow');
  await page.getByRole('button', { name: 'Add the meeting' }).click();
  await page.locator('aside').getByRole('heading', { name: 'Atlantic chapter' }).waitFor();
  await page.locator('aside .when', { hasText: 'June 2031' }).waitFor();
  const month = page.locator('aside').getByRole('button', { name: /^Month/ });
  await month.focus();
  await page.keyboard.press('Enter');
  await page.locator('aside').getByRole('combobox', { name: 'Month' }).selectOption('');
  await page.locator('aside .when', { hasText: 'to be set' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.locator('aside .when', { hasText: 'June 2031' }).waitFor();
  await page.locator('header').getByText('Agenda', { exact: true }).click();
  await page.locator('.agenda button', { hasText: 'Livable Cities Forum' }).click();
  await page.locator('aside').getByRole('heading', { name: 'Livable Cities Forum' }).waitFor();
  await page.locator('aside .when', { hasText: /11\s–\s13 Mar 2031/ }).waitFor();
  await page.getByRole('button', { name: 'Add a session' }).click();
  await page.getByLabel('Title in English').fill('Adaptation workshop');
  await page.getByLabel('Room').fill('510a');
  await page.getByLabel('Time', { exact: true }).fill('10:30');
  await page.getByRole('button', { name: 'Add the meeting' }).click();
  await page.locator('aside').getByRole('button', { name: 'Adaptation workshop' }).waitFor();
  await page.locator('aside').getByText('510a').waitFor();
});

test('what is kept on a day is said while planning, and in the month', async () => {
  const { page } = tab;
  await visit(page, 'meetings?new=2031-07-01');
  await page
    .locator('aside')
    .getByText(/Canada Day/)
    .waitFor();
  await page.getByRole('button', { name: 'Leave without adding' }).click();
  // In the month: a day of one province, with the province that keeps it.
  await page.getByText('Month', { exact: true }).click();
  const now = new Date();
  const june = now.getUTCFullYear() + (now.getUTCMonth() > 5 ? 1 : 0);
  const day = cell(`${june}-06-24`);
  const grid = page.getByRole('grid');
  await grid.locator('[tabindex="0"]').focus();
  for (let months = 0; (await day.count()) === 0 && months < 14; months++) {
    await page.keyboard.press('PageDown');
    await settle(page);
  }
  await day.locator('.kept', { hasText: /National Holiday.*QC/ }).waitFor();
  assert.match((await day.getAttribute('aria-label')) ?? '', /National Holiday/);
});

test('axe finds nothing in the month, the agenda and the form, in both languages and themes', async () => {
  const { page, troubles } = tab;
  for (const lang of /** @type {const} */ (['en', 'fr'])) {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await dress(page, lang, theme);
      await visit(page, 'meetings');
      for (const view of [1, 2]) {
        await page.locator('header fieldset label').nth(view).click();
        await settle(page);
        assert.deepEqual(await findings(page), [], `${view} ${lang} ${theme}`);
        if (process.env.CARNET_SHOTS)
          await page.screenshot({ path: `${process.env.CARNET_SHOTS}/view${view}-${lang}-${theme}.png` });
      }
      await page.locator('.agenda button.one').first().click();
      await settle(page);
      assert.deepEqual(await findings(page), [], `pane ${lang} ${theme}`);
      if (process.env.CARNET_SHOTS)
        await page.screenshot({ path: `${process.env.CARNET_SHOTS}/pane-${lang}-${theme}.png` });
    }
  }
  assert.deepEqual(troubles, []);
});
