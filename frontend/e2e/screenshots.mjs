/** Writes a small picture of every place, in both languages and themes, to docs/screens; names as arguments write only those. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asked } from './asked.mjs';
import { lookInside, rehearse, scanUntil, unknownCode, walkIn } from './door-states.mjs';
import { attended } from './attended.mjs';
import { mailed } from './mailed.mjs';
import { doorFor, filming, filmOfBadge, pair, phoneAt, tapOn } from './phones.mjs';
import { paperCodes } from './forum.mjs';
import { browser, build, carnet, dress, open, passphrase, project, serve, settle, visit } from './window.mjs';

const folder = join(project, 'docs', 'screens');
/** A name for the picture, its place, and what is done there first. @type {[string, string, ((page: import('playwright-core').Page) => Promise<void>)?][]} */
const pictures = [
  ['today', 'today'],
  ['members', 'members', (page) => page.locator('main [role=searchbox]').fill('éli')],
  ['members-new', 'members?new=1'],
  ['duplicates', 'members?view=duplicates'],
  ['import', 'members?import=1'],
  ['communities', 'communities'],
  ['chapters', 'chapters'],
  ['meetings', 'meetings'],
  ['meetings-month', 'meetings?view=month', (page) => look(page, 'month')],
  ['meetings-agenda', 'meetings?view=agenda', (page) => look(page, 'agenda')],
  ['series-new', 'meetings?new=', planSeries],
  ['requests', 'meetings?view=requests', chooseSome],
  ['registrations', 'meetings?for=MEETING'],
  ['audience', 'chapters?id=CHAPTER', editAudience],
  ['after-notes', 'meetings?after=FORUM&tab=notes', (page) => page.getByRole('grid').first().waitFor()],
  ['after-people', 'meetings?after=FORUM&tab=people'],
  ['after-summary', 'meetings?after=FORUM&tab=summary'],
  ['report-import', 'meetings?report=1', handReport],
  ['door', 'door'],
  ['door-in', 'door?tone=in', (page) => scanUntil(page, 'in')],
  ['door-look', 'door?tone=look', (page) => scanUntil(page, 'look')],
  ['door-unknown', 'door?tone=unknown', unknownCode],
  ['door-walkin', 'door?walkin=1', walkIn],
  ['door-arrived', 'door?arrived=1', (page) => walkIn(page, true)],
  ['door-inside', 'door?inside=1', lookInside],
  ['door-practice', 'door?practice=1', rehearse],
  ['prepare', 'meetings?at=forum', theForum],
  ['prepare-badges', 'meetings?at=badges', (page) => theForum(page).then(() => someBadges(page))],
  ['paper', 'meetings?at=paper', (page) => theForum(page, 'paper').then(() => typePaper(page))],
  ['conflicts', 'conflicts'],
  ['network', 'network'],
  ['settings', 'settings'],
];

/** The same once mail went out and came back. @type {typeof pictures} */
const mails = [
  ['mail', 'mail', (page) => page.locator('section[aria-labelledby=missing]').waitFor()],
  [
    'mail-outbox',
    'mail',
    (page) => page.locator('section[aria-labelledby=mailings]').scrollIntoViewIfNeeded(),
  ],
  ['mail-compose', 'mail?write=invitation&about=MEETING', composeInvitation],
  ['mail-sure', 'mail?write=invitation&about=MEETING', almostSend],
  [
    'mail-missing',
    'meetings?id=MEETING',
    (page) => page.locator('aside [role=group]').last().scrollIntoViewIfNeeded(),
  ],
  ['mail-incoming', 'mail?view=incoming'],
  ['mail-accounts', 'mail?view=setup'],
  ['mail-wordings', 'mail?view=wordings'],
  ['consent', 'members?id=MEMBER'],
  ['today-mail', 'today'],
];

const only = process.argv.slice(2);
const wanted = (/** @type {string} */ name) => only.length === 0 || only.includes(name);

/** What the pictures of requests are about. */
let ids = { meeting: '', chapter: '', member: '' };
/** The forum that the pictures of attendance are about. */
let forum = '';
/** Row codes of the forum's paper. @type {string[]} */
let codes = [];
const langs = /** @type {const} */ (['en', 'fr']);
const themes = /** @type {const} */ (['light', 'dark']);
// Pictures show paths: this one is short, and nobody's own.
const place = join(tmpdir(), 'carnet');
process.env.TZ = 'America/Toronto';
mkdirSync(place);
const chrome = await browser();
try {
  await build(true);
  mkdirSync(folder, { recursive: true });
  // The demonstration network, made anew; Toronto's laptop is the one that is shown.
  const demo = join(place, 'demo');
  execFileSync('go', ['run', './build/demo', '-only-network', demo], {
    cwd: project,
    stdio: 'ignore',
    env: { ...process.env, CARNET_PASSPHRASE: passphrase },
  });
  if (['requests', 'registrations', 'audience'].some(wanted))
    ids = { ...ids, ...(await asked(join(demo, 'toronto'))) };
  if (wanted('paper')) {
    const { items } = await carnet(join(demo, 'toronto'), 'meeting', 'list');
    const onSite = items.find((/** @type {any} */ one) => one.mode === 'on-site').id;
    codes = await paperCodes(join(demo, 'toronto'), onSite, join(place, 'sheet.pdf'));
  }
  if (['after-notes', 'after-people', 'after-summary', 'report-import'].some(wanted))
    forum = await attended(join(demo, 'toronto'));
  await shown(join(demo, 'toronto'), passphrase, (page) => everyPlace(page, pictures));
  if (mails.some(([name]) => wanted(name))) {
    const { server, ...about } = await mailed(join(demo, 'toronto'));
    ids = { ...ids, ...about };
    await shown(join(demo, 'toronto'), passphrase, (page) => everyPlace(page, mails));
    server.stop();
  }
  if (wanted('phone')) await phones(join(demo, 'toronto'));
  if (wanted('locked'))
    await shown(join(demo, 'toronto'), '', async (page) => {
      await eachDress(page, 'locked', (lang, theme) => dress(page, lang, theme));
    });
  if (wanted('first-run')) await shown(join(place, 'new'), '', firstRun);
} finally {
  await chrome.close();
  rmSync(place, { recursive: true, force: true });
}

/**
 * Shows a home in the window while something is done with it.
 * @param {string} home
 * @param {string} word
 * @param {(page: import('playwright-core').Page) => Promise<void>} work
 */
async function shown(home, word, work) {
  const go = await serve(home, word);
  try {
    const { page, close } = await open(chrome, go.address, { still: true });
    await work(page);
    await close();
  } finally {
    await go.stop();
  }
}

/** @param {import('playwright-core').Page} page @param {typeof pictures} list */
async function everyPlace(page, list) {
  for (const lang of langs) {
    for (const theme of themes) {
      await dress(page, lang, theme);
      for (const [name, to, first] of list.filter(([name]) => wanted(name))) {
        await visit(
          page,
          to
            .replace('MEETING', ids.meeting)
            .replace('CHAPTER', ids.chapter)
            .replace('MEMBER', ids.member)
            .replace('FORUM', forum),
        );
        await first?.(page);
        await settle(page);
        await picture(page, join(folder, `${name}-${theme}-${lang}.png`));
        await page.keyboard.press('Escape');
        if (name === 'meetings-month' || name === 'meetings-agenda') await look(page, 'list');
        if (to.includes('?')) await page.reload();
      }
    }
  }
}

/** The page of a volunteer's phone: before a code, with letters, after a tap, with the camera, in a dead spot. @param {string} home */
async function phones(home) {
  const { items } = await carnet(home, 'meeting', 'list', '--from', '2020-01-01', '--to', '2100-01-01');
  const forum = items.find((/** @type {any} */ one) => one.chapter && /Forum/.test(one.title)) ?? items[0];
  const people = (await carnet(home, 'member', 'list', '--chapter', forum.chapter, '--limit', '60')).items;
  const file = (/** @type {string} */ name) => join(place, name);
  const film = await filmOfBadge(home, forum.id, people[0].id, file);
  const door = await doorFor(home, forum.id, 'A');
  const camera = await browser(filming(film));
  let next = 0;
  const another = () => people[(next += 7)].family; // no two pictures of one person
  try {
    for (const lang of langs) {
      for (const theme of themes) {
        const phone = await phoneAt(camera, door.address, { lang, dark: theme === 'dark', camera: true });
        const { page, context } = phone;
        const shot = async (/** @type {string} */ name) => {
          await settle(page);
          await picture(page, join(folder, `phone-${name}-${theme}-${lang}.png`));
        };
        await page.locator('#code').waitFor();
        await shot('code');
        const used = door.code();
        await pair(page, used);
        await door.until((doc) => doc.code !== used);
        const family = another();
        await page.locator('[role=search] input').fill(family.slice(0, 2));
        await page.locator('li button').first().waitFor();
        await shot('letters');
        await tapOn(page, family);
        await page.locator('[data-tone]').waitFor();
        await shot('in');
        await page.locator('.more button').last().tap();
        await page.getByText(people[0].family).first().waitFor();
        await shot('camera');
        await page.locator('.more button').last().tap();
        await context.setOffline(true);
        await tapOn(page, another());
        await page.locator('[data-tone=kept]').waitFor();
        await shot('away');
        await phone.close();
      }
    }
  } finally {
    await camera.close();
    await door.stop();
  }
}

/** No home keeps its preferences yet: theme and language are the system's and the person's. @param {import('playwright-core').Page} page */
async function firstRun(page) {
  await eachDress(page, 'first-run', async (lang, theme) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.getByText(lang === 'fr' ? 'Français' : 'English', { exact: true }).click();
  });
}

/**
 * One screen in both languages and themes.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {(lang: 'en' | 'fr', theme: 'light' | 'dark') => Promise<void>} put
 */
async function eachDress(page, name, put) {
  for (const lang of langs) {
    for (const theme of themes) {
      await put(lang, theme);
      await settle(page);
      await picture(page, join(folder, `${name}-${theme}-${lang}.png`));
    }
  }
}

/** A call across the zones, as its form shows it before it is made. @param {import('playwright-core').Page} page */
async function planSeries(page) {
  const pane = page.locator('aside');
  const french = await page.evaluate(() => document.documentElement.lang.startsWith('fr'));
  await pane.locator('input').nth(0).fill('Electeds-only call');
  await pane.locator('input').nth(1).fill('Appel des personnes élues');
  await pane.locator('input[type=date]').first().fill('2027-02-17');
  await pane.getByLabel(french ? 'Heure' : 'Time', { exact: true }).fill(french ? '13 h' : '13:00');
  await pane
    .locator('.field', { hasText: french ? 'Répétition' : 'Repeats' })
    .locator('.choice')
    .click();
  await page.getByRole('option').nth(2).click();
  await pane.locator('table').waitFor();
  await settle(page);
  await pane.locator('table').scrollIntoViewIfNeeded();
}

/** An invitation with its numbers, as its first French reader gets it. @param {import('playwright-core').Page} page */
async function composeInvitation(page) {
  const dialog = page.getByRole('dialog');
  const sends = dialog.locator('.sends');
  const before = await sends.textContent();
  await dialog.locator('.choice').nth(1).click();
  await page.getByRole('option').nth(1).click();
  await page.waitForFunction((was) => document.querySelector('.sends')?.textContent !== was, before);
  await dialog.locator('.choice').nth(2).click();
  await page.getByRole('option').last().click(); // the last of those who read French
  await page.frameLocator('iframe').getByText('Bonjour').waitFor();
  await settle(page);
}

/** The last question before it goes out. @param {import('playwright-core').Page} page */
async function almostSend(page) {
  await composeInvitation(page);
  await page.getByRole('dialog').locator('.actions button').last().click();
}

/** Three requests under one decision. @param {import('playwright-core').Page} page */
async function chooseSome(page) {
  await page.getByRole('row', { name: /Priya Nair/ }).click();
  await page.locator('aside h2').waitFor();
}

/** A report with a stranger, before it is taken in. @param {import('playwright-core').Page} page */
async function handReport(page) {
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(join(place, 'strangers.csv'));
  await page.locator('#how-read').waitFor();
}

/** The rule of a chapter while it is put together. @param {import('playwright-core').Page} page */
async function editAudience(page) {
  await page.locator('aside dl [aria-haspopup=dialog]').click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.presets button').nth(3).click();
  await dialog.locator('.adding button').nth(1).click();
  await settle(page);
  await dialog.locator('li.within .choice').nth(0).click();
  await page
    .getByRole('option', { name: /Mandate ends on or after|Mandat se terminant à partir du/ })
    .click();
  await dialog.locator('input[type=date]').fill('2027-01-01');
  await dialog.locator('li.group button').first().click();
  await settle(page);
  await dialog.locator('li.within .choice').nth(1).click();
  await page.getByRole('option', { name: 'Province', exact: false }).first().click();
  await dialog.locator('li.within').nth(1).locator('.choice').nth(1).click();
  await page.getByRole('button', { name: 'Nunavut' }).click();
  await page.getByRole('button', { name: /Yukon/ }).click();
  await page.keyboard.press('Escape');
}

/**
 * The forum of the demonstration, with its laptops at their doors, as it is prepared or its paper is typed.
 * @param {import('playwright-core').Page} page
 * @param {'prepare' | 'paper'} [what]
 */
async function theForum(page, what = 'prepare') {
  const id = await page.evaluate(async () => {
    const { Forum, Meetings } = /** @type {any} */ (window).go.desktop;
    const all = await Meetings.Meetings({ from: '', to: '', chapter: '', text: 'Montréal' });
    const forum = all.find((/** @type {any} */ row) => row.mode === 'on-site').id;
    const { laptops, stations } = await Forum.Prepare(forum);
    for (const [at, laptop] of laptops.slice(0, 3).entries())
      await Forum.SetDoor(forum, laptop.device, stations[at], '');
    const code = await Forum.ClockCode();
    await Forum.ReadClock(forum, laptops[1].device, await Forum.AnswerClock(code));
    return forum;
  });
  await visit(page, `meetings?${what}=${id}`);
}

/** Badges for labels of which two are used. @param {import('playwright-core').Page} page */
async function someBadges(page) {
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').first().click();
  await page.getByRole('option', { name: /L7165/ }).click();
  await dialog.getByRole('combobox').nth(2).click();
  await page.getByRole('option').nth(2).click();
}

/** Some rows of paper, one of them twice, and whose the next one is. @param {import('playwright-core').Page} page */
async function typePaper(page) {
  await page.locator('#paper-row').waitFor();
  const some = codes.splice(0, 6); // others in each language and theme: nothing is noted twice
  for (const [at, code] of some.slice(0, 5).entries())
    await page.keyboard.type(`${code} 9${String(at * 7).padStart(2, '0')}${at === 2 ? ' 1630' : ''}\n`);
  await page.keyboard.type(`${some[1]} 907\n`);
  await page.keyboard.type(`${some[5]} 9`);
}

/** Chooses list, month or agenda on Meetings. @param {import('playwright-core').Page} page @param {'list' | 'month' | 'agenda'} view */
async function look(page, view) {
  const [english, french] = {
    list: ['List', 'Liste'],
    month: ['Month', 'Mois'],
    agenda: ['Agenda', 'Agenda'],
  }[view];
  const words = page.getByText(english ?? '', { exact: true });
  await words
    .or(page.getByText(french ?? '', { exact: true }))
    .first()
    .click();
}

/**
 * A picture of few colours is a third of the size, and the eye sees no difference in a calm window.
 * @param {import('playwright-core').Page} page
 * @param {string} path
 */
async function picture(page, path) {
  await page.screenshot({ path: `${path}.new`, type: 'png' });
  try {
    execFileSync('convert', [
      `${path}.new`,
      '-strip',
      '+dither',
      '-colors',
      '96',
      '-define',
      'png:compression-level=9',
      `PNG8:${path}`,
    ]);
  } catch {
    execFileSync('cp', [`${path}.new`, path]);
  }
  rmSync(`${path}.new`);
}
