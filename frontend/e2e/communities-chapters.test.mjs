/** Communities, chapters and duplicates: added, edited in place, taken back, compared and merged. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let window;
/** @type {Awaited<ReturnType<typeof open>>} */ let tab;
/** @type {import('playwright-core').Page} */ let page;

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  for (const title of ['Mayor', 'Councillor'])
    await carnet(
      home,
      ...['member', 'add', '--given', 'Grace', '--family', 'Okafor', '--title', title],
      ...['--community', 'Toronto', '--email', title === 'Mayor' ? 'grace@example.org' : ''],
    );
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  page = tab.page;
  await dress(page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const pane = () => page.locator('aside');
const fact = (/** @type {string} */ name) =>
  pane()
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .first();
const row = (/** @type {string | RegExp} */ name) => page.getByRole('row', { name });

/** Writes over a fact by keyboard. @param {string} name @param {string} text */
async function write(name, text) {
  await fact(name).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

test('a community is added, edited in place, and undo takes back one after the other', async () => {
  await visit(page, 'communities');
  await page.getByRole('button', { name: 'New community' }).click();
  assert.deepEqual(await findings(page), [], 'new community');
  await page.getByLabel('English name').fill('Iqaluit');
  await page.keyboard.press('Enter');
  await pane().getByRole('heading', { name: 'Iqaluit', exact: true }).waitFor();
  await write('Legal name', 'City of Iqaluit');
  await pane().getByText('City of Iqaluit').first().waitFor();
  const history = pane().locator('.history li');
  await history.filter({ hasText: 'Legal name' }).getByRole('button').waitFor();
  const added = history.filter({ hasText: 'Added' });
  await added.getByText('A. Roy · Toronto').waitFor();
  assert.equal(await added.getByRole('button').count(), 0, 'what made the record is not undone by its line');
  await settle(page);
  await page.keyboard.press('Control+z');
  await history.filter({ hasText: 'City of Iqaluit' }).first().waitFor();
  await fact('Legal name').filter({ hasText: '—' }).waitFor();
});

test('a chapter is added and its audience chosen, and a line of its history undone', async () => {
  await visit(page, 'chapters');
  await page.getByRole('grid').focus();
  await page.keyboard.press('n');
  await page.getByLabel('English name').fill('Atlantic');
  await settle(page);
  assert.deepEqual(await findings(page), [], 'new chapter');
  await page.keyboard.press('Enter');
  await pane().getByRole('heading', { name: 'Atlantic', exact: true }).waitFor();
  await row(/Atlantic/).waitFor();
  await fact('Who may attend').dblclick();
  await pane().getByRole('combobox', { name: 'Who may attend' }).selectOption('elected');
  await fact('Who may attend').filter({ hasText: 'Elected' }).waitFor();
  await pane().getByRole('button', { name: 'Undo the change of Who may attend' }).click();
  await fact('Who may attend').filter({ hasText: 'Everybody' }).waitFor();
});

test('two cards of one person are compared and merged, and undo separates them', async () => {
  await visit(page, 'members?view=duplicates');
  const pair = page.getByRole('table').filter({ hasText: 'Okafor' });
  await pair.waitFor();
  assert.match(await pair.innerText(), /Mayor[\s\S]*Councillor|Councillor[\s\S]*Mayor/);
  assert.deepEqual(await findings(page), [], 'duplicates');
  await page.getByRole('article').getByRole('button').first().click();
  await pair.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await pair.waitFor();
});

test('nothing complained on the way', () => {
  assert.deepEqual(tab.troubles, []);
});
