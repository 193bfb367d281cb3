/** axe finds nothing on any place, in both languages and both themes; narrow and zoomed windows lose nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { browser, build, dress, open, serve, settle, visit, workplace } from './window.mjs';

const places = [
  'today',
  'members',
  'communities',
  'chapters',
  'meetings',
  'mail',
  'mail?view=incoming',
  'mail?view=wordings',
  'mail?view=setup',
  'door',
  'conflicts',
  'network',
  'settings',
];
const place = workplace();
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let go;
/** @type {Awaited<ReturnType<typeof open>>} */ let shown;

before(async () => {
  await build();
  await found(place.path('home'), place.path);
  go = await serve(place.path('home'));
  chrome = await browser();
  shown = await open(chrome, go.address, { still: true });
});

after(async () => {
  await chrome?.close();
  await go?.stop();
  place.clear();
});

for (const lang of /** @type {const} */ (['en', 'fr'])) {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    test(`axe finds nothing in ${lang}, ${theme}`, async () => {
      const { page } = shown;
      await dress(page, lang, theme);
      const all = [];
      for (const to of places) {
        await visit(page, to);
        for (const finding of await findings(page)) all.push(`${to}: ${finding}`);
      }
      assert.deepEqual(all, []);
    });

    test(`axe finds nothing in what opens over the members in ${lang}, ${theme}`, async () => {
      const { page } = shown;
      await dress(page, lang, theme);
      const all = [];
      for (const [name, opens] of Object.entries(openings)) {
        await visit(page, 'members');
        await opens(page);
        await settle(page);
        for (const finding of await findings(page)) all.push(`${name}: ${finding}`);
        await page.reload();
        await page.waitForSelector('main h1');
      }
      assert.deepEqual(all, []);
    });
  }
}

/** @type {Record<string, (page: import('playwright-core').Page) => Promise<void>>} */
const openings = {
  palette: async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('el');
  },
  'new member': (page) => visit(page, 'members?new=1'),
  import: (page) => visit(page, 'members?import=1'),
  filter: (page) => page.locator('button.filter').nth(2).click(),
  'editing a field': (page) => page.locator('aside [data-fact]').first().dblclick(),
  'context menu': (page) =>
    page.locator('[role=grid] [role=row][aria-selected]').nth(1).click({ button: 'right' }),
  duplicates: (page) => visit(page, 'members?view=duplicates'),
  merge: async (page) => {
    const rows = page.locator('[role=grid] [role=row][aria-selected]');
    await rows.nth(0).click();
    await rows.nth(1).click({ modifiers: ['Control'] });
    await page.keyboard.press('m');
    await page.getByRole('dialog').waitFor();
  },
};

for (const [name, width, height] of /** @type {const} */ ([
  ['900 pixels', 900, 700],
  ['200 % zoom', 640, 400],
])) {
  test(`at ${name} nothing is cut off sideways`, async () => {
    const narrow = await open(chrome, go.address, { width, height, still: true });
    const wide = [];
    for (const to of places) {
      await visit(narrow.page, to);
      const over = await narrow.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) wide.push(`${to}: ${over} pixels too wide`);
    }
    await narrow.close();
    assert.deepEqual(wide, []);
  });
}

test('no page broke the policy or complained', () => {
  assert.deepEqual(shown.troubles, []);
});
