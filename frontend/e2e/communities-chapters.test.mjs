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
  await audience(/everybody/).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Elected only' }).click();
  await dialog.getByText(/eligible now/).waitFor();
  await dialog.getByRole('button', { name: 'Use this rule' }).click();
  await dialog.waitFor({ state: 'detached' });
  await audience(/Elected only/).waitFor();
  await pane().getByRole('button', { name: 'Undo the change of Who may attend' }).click();
  await audience(/everybody/).waitFor();
});

/** @param {RegExp} says */
const audience = (says) => pane().getByRole('button', { name: says }).filter({ hasText: 'who may come' });

test('a rule of groups within groups is shown as a sentence, and stays until it is replaced', async () => {
  const deep = 'all(role=staff, any(province=ON, none(rural, community=CY)))';
  await page.evaluate(async (rule) => {
    const { go } = /** @type {any} */ (globalThis);
    const atlantic = (await go.desktop.People.Chapters()).find(
      (/** @type {any} */ one) => one.name === 'Atlantic',
    );
    await go.desktop.People.SetChapter(atlantic.id, { audience: rule });
  }, deep);
  await audience(/staff/i).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/groups within groups/).waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Add a condition' }).count(), 0);
  await settle(page);
  assert.deepEqual(await findings(page), [], 'a rule that cannot be shown');
  await dialog.getByRole('button', { name: 'Use this rule' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(
    await page.evaluate(async () => {
      const { go } = /** @type {any} */ (globalThis);
      const all = await go.desktop.People.Chapters();
      return all.find((/** @type {any} */ one) => one.name === 'Atlantic').audience;
    }),
    deep,
  );
  await audience(/staff/i).click();
  await dialog.getByRole('button', { name: 'Conditions of my own' }).click();
  await dialog.getByRole('button', { name: 'Add a condition' }).waitFor();
  await dialog.locator('li .choice').first().click();
  await page.getByRole('option', { name: 'Mandate ends on or after' }).click();
  await dialog.locator('input[type=date]').fill('2026-11-01');
  await dialog.getByText(/mandate ends on 1.Nov 2026 or later/).waitFor();
  await dialog.getByRole('button', { name: 'Use this rule' }).click();
  await audience(/mandate ends on 1.Nov 2026 or later/).waitFor();
});

test('somebody is accepted into a programme from its chapter', async () => {
  await pane().getByRole('button', { name: 'Registrations' }).click();
  await page.getByRole('heading', { name: 'Atlantic' }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('combobox', { name: 'Name of the member' }).fill('Campbell');
  await page.getByRole('option', { name: /Elinor Campbell/ }).click();
  await page.getByRole('row', { name: /Elinor Campbell.*Approved/ }).waitFor();
  await page.keyboard.press('Escape');
  await pane().getByRole('heading', { name: 'Atlantic', exact: true }).waitFor();
  await pane().getByText('1 registered').waitFor();
  await pane().getByRole('link', { name: '1 member' }).waitFor();
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
