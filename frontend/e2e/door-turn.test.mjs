/** A door begins where it was noted when the forum was prepared, and goes on with its room from one session to the next. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { asks, browser, build, carnet, dress, open, serve, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;
/** @type {{ id: string, given: string, family: string }[]} */
let members;
/** @type {string} */ let forum;
/** @type {string} */ let first;

const zone = 'America/Toronto';

/** A time of day around now on the forum's clock. @param {number} minutes */
function local(minutes) {
  const parts = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return parts.format(Date.now() + minutes * 60_000).replace(' ', 'T');
}

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const meeting = async (/** @type {string} */ title, /** @type {string[]} */ ...words) => {
    const titles = ['--title', title, '--title-fr', title];
    return (await carnet(home, 'meeting', 'add', '--zone', zone, ...titles, ...words)).id;
  };
  const yesterday = local(-24 * 60).slice(0, 10) + 'T00:00'; // so that no midnight stands between its sessions
  forum = await meeting(
    'Forum',
    ...['--start', yesterday, '--minutes', '4320', '--station', 'A', '--station', 'B'],
  );
  const session = (/** @type {string} */ title, /** @type {number} */ start, /** @type {number} */ minutes) =>
    meeting(
      title,
      ...['--room', 'Room C', '--parent', forum],
      '--start',
      local(start),
      '--minutes',
      `${minutes}`,
    );
  first = await session('Heat in cities', -60, 120);
  await session('Trees along streets', 5, 60);
  members = (await carnet(home, 'member', 'list', '--limit', '100')).items;
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

const field = () => tab.page.getByRole('combobox').first();
const scan = (/** @type {string} */ family) =>
  tab.page.keyboard.type(`${members.find((one) => one.family === family)?.id ?? ''}\n`);

test('the door and the room that were noted on Prepare are the ones that Door begins with', async () => {
  const { page } = tab;
  const { laptops } = await asks(page, 'Forum', 'Prepare', forum);
  await asks(page, 'Forum', 'SetDoor', forum, laptops[0].device, 'B', 'Room C');
  await visit(page, 'door');
  await page.getByRole('radio', { name: /Heat in cities/, checked: true }).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Door' }).inputValue(), 'B');
  await page.getByRole('textbox', { name: 'Door' }).press('Enter');
  await page.getByText('B · Room C').waitFor();
});

test('when the session is over, the door goes on to the next of its room, but not while letters are typed', async () => {
  const { page } = tab;
  await scan('Gélinas');
  await page.locator('[data-tone]').getByText('Olivier Gélinas').waitFor();
  await page.keyboard.type('bel');
  await asks(page, 'Meetings', 'SetMeeting', first, { fields: { minutes: '30' } });
  await page.getByRole('option').first().waitFor();
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Heat in cities');
  await page.keyboard.press('Escape');
  await scan('Bélisle');
  await page.getByText('Room C: now “Trees along streets”').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Trees along streets' }).waitFor();
  assert.ok(await field().evaluate((input) => input === document.activeElement));
  assert.deepEqual(await findings(page), []);
});

test('F6 stays with the session of before, and goes on after all', async () => {
  const { page } = tab;
  await page.keyboard.press('F6');
  await page.getByText('This door stays with “Heat in cities”').waitFor();
  await scan('Kelly');
  await page.locator('.here .count').getByText('3').waitFor(); // all of them are in the room of before
  await page.keyboard.press('F6');
  await page.getByText('Room C: now “Trees along streets”').waitFor();
  await page.locator('.here .count').getByText('0').waitFor();
  await scan('Kelly');
  await page.locator('.here .count').getByText('1').waitFor();
  assert.ok(await field().evaluate((input) => input === document.activeElement));
});

test('another door that somebody chose stays chosen', async () => {
  const { page, troubles } = tab;
  await page.locator('button.station').click();
  await page.getByRole('radio', { name: 'The forum’s own door' }).check();
  await page.getByRole('textbox', { name: 'Door' }).fill('A');
  await page.getByRole('button', { name: 'Open the door' }).click();
  await field().waitFor();
  await page.reload();
  await visit(page, 'door');
  await page.getByRole('radio', { name: 'The forum’s own door', checked: true }).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Door' }).inputValue(), 'A');
  assert.deepEqual(troubles, []);
});
