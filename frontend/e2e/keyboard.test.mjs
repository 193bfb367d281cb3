/** Once around the window without a pointer: the focus is never lost and never caught. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let window;
/** @type {import('playwright-core').Page} */ let page;

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  await carnet(
    home,
    ...['meeting', 'add', '--title', 'Forum', '--title-fr', 'Forum', '--chapter', 'Quebec'],
    ...['--start', '2031-03-09T09:00', '--zone', 'America/Toronto', '--place', 'Montréal'],
  );
  window = await serve(home);
  chrome = await browser();
  ({ page } = await open(chrome, window.address));
  await dress(page, 'en', 'light');
  await visit(page, 'members');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

/** What has the focus, as its role or tag and its name. */
const focus = () =>
  page.evaluate(() => {
    const it = document.activeElement;
    return `${it?.getAttribute('role') ?? it?.tagName.toLowerCase()} ${it?.getAttribute('aria-label') ?? ''}`.trim();
  });

/** Presses a key and says where the focus went. @param {string} key */
async function press(key) {
  await page.keyboard.press(key);
  await settle(page);
  return focus();
}

test('from the list into a fact and, by Escape, step by step back', async () => {
  await page.keyboard.type('gelinas');
  await settle(page);
  assert.match(await focus(), /^searchbox/);
  assert.match(await press('ArrowDown'), /^searchbox/);
  assert.match(await press('Enter'), /^button/, 'Enter goes to the detail');
  assert.match(await press('e'), /^(input|combobox|select|textarea)/, 'E edits');
  assert.match(await press('Escape'), /^button/, 'Escape leaves the field, and the fact keeps the focus');
  assert.match(await press('Escape'), /^grid/, 'Escape goes back to the list');
  assert.match(await press('e'), /^(input|combobox|select|textarea)/, 'E edits from the list too');
  assert.match(await press('Escape'), /^button/);
  assert.match(await press('Escape'), /^grid/);
});

test('the palette gives the focus back where it was', async () => {
  await page.keyboard.press('Control+k');
  await settle(page);
  assert.match(await focus(), /^combobox Find or act/);
  assert.match(await press('Escape'), /^grid/);
});

test('letters typed in the instant after Ctrl-K are the palette’s, not the list’s', async () => {
  // The list would take each of these: n makes a card, e edits, m merges, and letters search.
  const before = await page.locator('main [role=searchbox]').inputValue();
  for (const text of ['new', 'emn', 'members']) {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(text);
    await settle(page);
    assert.match(await focus(), /^combobox Find or act/);
    assert.equal(await page.locator('.palette input').inputValue(), text);
    assert.match(await press('Escape'), /^grid/, 'and the focus is where it was');
  }
  assert.equal(await page.locator('main [role=searchbox]').inputValue(), before);
});

test('the palette’s field has the focus before the key that opened it is over', async () => {
  const focused = await page.evaluate(() => {
    const key = { key: 'k', ctrlKey: true, bubbles: true, cancelable: true };
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', key));
    return document.activeElement?.matches('.palette input');
  });
  assert.equal(focused, true);
  await page.keyboard.press('Control+k');
  await settle(page);
  assert.match(await focus(), /^grid/, 'Ctrl-K again closes it, and the focus is where it was');
});

test('opened by its button, the palette gives the focus back to it', async () => {
  const find = page.getByRole('button', { name: /^Find or act/ });
  await find.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('chap');
  assert.equal(await page.locator('.palette input').inputValue(), 'chap');
  await press('Escape');
  assert.ok(await find.evaluate((it) => it === document.activeElement));
  await page.locator('[role=grid]').focus();
});

test('a new card is left by Escape, and the list has the focus', async () => {
  assert.match(await press('n'), /^input/);
  assert.match(await press('Escape'), /^grid/);
});

test('the palette leads to the door, the door opens and is left by keys alone', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('door');
  await page.keyboard.press('Enter');
  await page.locator('main h1', { hasText: 'door' }).or(page.getByRole('radio')).first().waitFor();
  await settle(page);
  assert.notEqual(await focus(), 'body', 'the door’s choice has the focus');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox').first().waitFor();
  assert.match(await focus(), /^combobox/);
  assert.match(await press('F2'), /^(input|combobox)/, 'the form has the focus');
  assert.match(await press('Escape'), /^combobox/, 'and gives it back');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('members');
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').waitFor();
  await settle(page);
  assert.match(await focus(), /^searchbox/, 'Members begins with its search');
});
