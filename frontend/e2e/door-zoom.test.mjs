/** The Door in French with long names: at 200 % zoom and in a window of 900 pixels nothing is cut, nothing lost, and the keyboard reaches all of it. */
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
/** @type {{ id: string, given: string, family: string }[]} */
let members;

const long = 'Développement socioéconomique et désinstitutionnalisation des infrastructures intermunicipales';
const room = 'Amphithéâtre de l’Hôtel-de-Ville de Sainte-Marguerite-du-Lac-Masson';
const station = 'Entrée de l’aile Notre-Dame-du-Bon-Conseil';
/** CSS pixels: 900 wide, 1280 by 800 at 200 %, 900 by 640 at 200 %. */
const sizes = [
  [900, 640],
  [640, 400],
  [450, 320],
];

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const meeting = (/** @type {string} */ title, /** @type {string[]} */ ...words) =>
    carnet(
      home,
      'meeting',
      'add',
      '--zone',
      'America/Toronto',
      '--title',
      title,
      '--title-fr',
      title,
      ...words,
    );
  const forum = await meeting(`Forum : ${long}`, '--start', '2028-12-09T09:00', '--minutes', '480');
  const within = ['--parent', forum.id, '--start', '2028-12-09T10:30', '--minutes', '60', '--places', '3'];
  const session = await meeting(long, '--room', room, ...within);
  const person = async (
    /** @type {string} */ given,
    /** @type {string} */ family,
    /** @type {string} */ title,
  ) => (await carnet(home, 'member', 'add', '--given', given, '--family', family, '--title', title)).id;
  const marie = await person(
    'Marie-Antoinette-Alexandrine',
    'Saint-Onge-Vaillancourt de la Durantaye',
    'Conseillère responsable de l’environnement, du transport et de l’approvisionnement',
  );
  const registered = await person('Zoé', 'Roy', '');
  await carnet(home, 'register', session.id, registered, '--status', 'approved');
  await carnet(home, 'register', session.id, marie, '--status', 'waitlisted');
  members = (await carnet(home, 'member', 'list', '--limit', '100')).items;
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  await dress(tab.page, 'fr', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

const scan = (/** @type {string} */ family) =>
  tab.page.keyboard.type(`${members.find((one) => one.family.startsWith(family))?.id ?? ''}\n`);

/** Nothing is wider than the window, and no word of the door is cut off. @param {string} where */
async function fits(where) {
  const { page } = tab;
  await settle(page);
  if (process.env.CARNET_SHOTS) await page.screenshot({ path: `${process.env.CARNET_SHOTS}/${where}.png` });
  const lost = await page.evaluate(() => {
    const cut = [...document.querySelectorAll('main *')].filter((element) => {
      if (!(element instanceof HTMLElement) || !element.checkVisibility({ visibilityProperty: true }))
        return false;
      const own = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      const { left, right, width } = element.getBoundingClientRect();
      if (
        !own ||
        width < 3 ||
        element.closest('.aloud') ||
        getComputedStyle(element).textOverflow === 'ellipsis'
      )
        return false;
      return (
        right > innerWidth + 1 ||
        left < -1 ||
        (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow === 'hidden')
      );
    });
    const wide =
      document.documentElement.scrollWidth > innerWidth ? ['the page is wider than the window'] : [];
    return [
      ...wide,
      ...cut.map((element) => `${element.tagName} ${element.className}: ${element.textContent?.trim()}`),
    ];
  });
  assert.deepEqual(lost, [], where);
}

/** Who passes is seen without scrolling. @param {string} where */
async function inSight(where) {
  const { page } = tab;
  for (const part of ['.title', '.name']) {
    const box = await page.locator(`[data-tone] ${part}`).first().boundingBox();
    const height = page.viewportSize()?.height ?? 0;
    assert.ok(box && box.y >= 0 && box.y < height - 20, `${where}: ${part} is at ${box?.y} of ${height}`);
  }
}

for (const [width = 0, height = 0] of sizes) {
  const where = `${width}x${height}`;
  test(`the choice of the door and the door, ${where}`, async () => {
    const { page } = tab;
    await page.setViewportSize({ width, height });
    if (await page.locator('.door').count()) await page.locator('button.station').click();
    await visit(page, 'door');
    await page.getByRole('radio', { name: /Forum/ }).check();
    await page.getByRole('radio', { name: new RegExp(`^${room}`) }).check();
    await page.getByRole('textbox', { name: 'Porte' }).fill(station);
    await fits(`${where}-choice`);
    assert.deepEqual(await findings(page), []);
    await page.getByRole('textbox', { name: 'Porte' }).press('Enter');
    await page.getByRole('combobox').first().waitFor();
    await fits(`${where}-ready`);
    await scan('Saint-Onge');
    await page.locator('[data-tone=look]').waitFor();
    await page.locator('[data-tone] .why').getByText('Sur la liste d’attente').waitFor();
    await fits(`${where}-look`);
    await inSight(where);
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press('F3');
    await scan('Saint-Onge');
    await page.locator('[data-tone=out]').waitFor();
    await fits(`${where}-leaving`);
    await inSight(where);
    await page.keyboard.press('F3');
  });

  test(`the keyboard reaches each action, and what it opens, ${where}`, async () => {
    const { page, troubles } = tab;
    for (const name of [/Absent de la liste|Pas sur la liste/, /Départ|Sortie/, /Sur place/, /Annuler/]) {
      const button = page.locator('.actions').getByRole('button', { name });
      await button.focus();
      await button.scrollIntoViewIfNeeded();
      const box = await button.boundingBox();
      assert.ok(box && box.y >= 0 && box.y + box.height <= height + 1, `${where}: ${name}`);
    }
    const tops = await page
      .locator('.actions button')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    if (width === 900) assert.equal(new Set(tops).size, 1, `the actions stand on several lines: ${tops}`);
    await page.getByRole('combobox').first().focus();
    await page.keyboard.press('F2');
    await page.keyboard.type('Noor-Alexandrine Vaillancourt-Durantaye\n');
    await page.keyboard.type('sainte-marg');
    await page.getByRole('option').first().waitFor();
    await fits(`${where}-walkin`);
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('F4');
    await page.locator('.inside').waitFor();
    await fits(`${where}-inside`);
    await page.keyboard.press('Escape');
    await page.locator('button.station').click();
    await page.getByRole('textbox', { name: 'Porte' }).waitFor();
    assert.deepEqual(troubles, []);
  });
}
