/** The Door screen as it stands at different moments. */
import { pair, phoneAt } from '../phones.mjs';
import { carnet, settle } from '../window.mjs';

/** @type {import('./camera.mjs').Picture[]} */
export const doors = [
  ['door', 'door', theRooms],
  ['door-in', 'door?tone=in', (page) => scanUntil(page, 'in')],
  ['door-look', 'door?tone=look', (page) => scanUntil(page, 'look')],
  ['door-unknown', 'door?tone=unknown', unknownCode],
  ['door-walkin', 'door?walkin=1', walkIn],
  ['door-arrived', 'door?arrived=1', (page) => walkIn(page, true)],
  ['door-inside', 'door?inside=1', lookInside],
  ['door-practice', 'door?practice=1', rehearse],
  ['door-room', 'door?room=1', nearlyFull],
  ['door-turn', 'door?turn=1', goOn],
  ['door-phones', 'door?phones=1', letPhonesIn],
];

/** Who has not come through a door yet. @type {string[]} */
let waiting = [];

/**
 * Opens the door and lets people in whom no door has seen yet, until one is greeted so.
 * @param {import('playwright-core').Page} page
 * @param {string} tone
 */
async function scanUntil(page, tone) {
  await openDoor(page);
  for (const id of (await some(page)).splice(0, 60)) {
    await page.keyboard.type(`${id}\n`);
    await settle(page);
    const greeted = page.locator(`[data-tone="${tone}"]`).filter({ hasNotText: /since|depuis/ });
    if (await greeted.count()) return;
  }
}

/** Those who have not come yet. @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
async function some(page) {
  if (waiting.length === 0)
    waiting = await page.evaluate(async () => {
      const { People } = /** @type {any} */ (window).go.desktop;
      const { rows } = await People.Members({ text: '', offset: 0, limit: 800 });
      return rows
        .filter((/** @type {any} */ _, /** @type {number} */ at) => at % 3 === 0)
        .map((/** @type {any} */ row) => row.id);
    });
  return waiting;
}

/** A code that nobody has. @param {import('playwright-core').Page} page */
async function unknownCode(page) {
  await openDoor(page);
  await page.keyboard.type('mem_zzzzzzzzzzzzzzzz\n');
  await page.locator('[data-tone=unknown]').waitFor();
}

/** Somebody who is not on the list: the form, or what it answers. @param {import('playwright-core').Page} page @param {boolean} [arrived] */
async function walkIn(page, arrived = false) {
  await openDoor(page);
  await page.keyboard.press('F2');
  await page.keyboard.type('Noor Okafor\n');
  await page.keyboard.type('sainte-marg');
  await page.getByRole('option').first().waitFor();
  if (!arrived) return;
  await page.keyboard.press('Enter');
  await page.locator('.walkin input[type=radio]').nth(1).check();
  await page.locator('.walkin button[type=submit]').click();
  await page.locator('[data-tone] .name').waitFor();
}

/** Who is inside, room by room. @param {import('playwright-core').Page} page */
async function lookInside(page) {
  await openDoor(page);
  await page.keyboard.press('F4');
  await page.locator('.inside li').first().waitFor();
}

/** A rehearsal with one person in. @param {import('playwright-core').Page} page */
async function rehearse(page) {
  await page.locator('input[name=room][value=""]').check();
  await page.locator('.open button').nth(1).click();
  await page.locator('.practice').waitFor();
  const id = await page.evaluate(async () => {
    const { People } = /** @type {any} */ (window).go.desktop;
    const { rows } = await People.Members({ text: 'élise', offset: 0, limit: 1 });
    return rows[0].id;
  });
  await page.keyboard.type(`${id}\n`);
  await page.locator('[data-tone] .name').waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} [room] its session; the forum's own door otherwise */
async function openDoor(page, room = '') {
  await page.locator(`input[name=room][value="${room}"]`).check();
  await page.locator('button[type=submit]').click();
  await page.getByRole('combobox').first().waitFor();
}

/** Sessions of the demonstration's forum: one that is on, with few places, the next of its room, and one in another room. */
const sessions = { first: '', next: '' };
const places = 12;
const minutes = 60_000;

/** Gives the forum sessions. @param {string} home */
export async function withSessions(home) {
  const { items } = await carnet(home, 'meeting', 'list');
  const forum = items.find((/** @type {any} */ one) => one.mode === 'on-site');
  const clock = new Intl.DateTimeFormat('sv', {
    timeZone: forum.zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const round = 5 * minutes;
  const local = (/** @type {number} */ from) =>
    clock.format(Math.ceil((Date.now() + from * minutes) / round) * round).replace(' ', 'T');
  const session = async (
    /** @type {string[]} */ [title = '', french = '', room = ''],
    /** @type {number} */ from,
  ) => {
    const titles = ['--title', title, '--title-fr', french, '--room', room, '--parent', forum.id];
    const when = ['--start', local(from), '--minutes', '90', '--zone', forum.zone, '--places', `${places}`];
    return (await carnet(home, 'meeting', 'add', ...titles, ...when)).id;
  };
  sessions.first = await session(['Heat in cities', 'La chaleur en ville', 'Salle Champlain'], -40);
  sessions.next = await session(['Trees along streets', 'Des arbres le long des rues', 'Salle Champlain'], 5);
  await session(['Floods and zoning', 'Inondations et zonage', 'Salle Viger'], -40);
}

/** The choice of the door, with the forum's rooms. @param {import('playwright-core').Page} page */
async function theRooms(page) {
  await page.locator('input[name=room]').nth(1).waitFor();
}

/** A room's door shortly before the room is full. @param {import('playwright-core').Page} page */
async function nearlyFull(page) {
  await howLong(page, 90);
  await openDoor(page, sessions.first);
  const inside = async () => Number(await page.locator('.here .count').textContent());
  while ((await inside()) < places - 1) {
    await page.keyboard.type(`${(await some(page)).pop() ?? ''}\n`);
    await settle(page);
  }
}

/** The session is over: the door goes on to the next of its room. @param {import('playwright-core').Page} page */
async function goOn(page) {
  await nearlyFull(page);
  await howLong(page, 30);
  await page.locator('.turn').waitFor();
}

/** Says how long the first session takes. @param {import('playwright-core').Page} page @param {number} long */
async function howLong(page, long) {
  await page.evaluate(
    ([id, text]) =>
      /** @type {any} */ (window).go.desktop.Meetings.SetMeeting(id, { fields: { minutes: text } }),
    [sessions.first, `${long}`],
  );
  await settle(page);
}

/** A volunteer's phone that was let in, and the code for another. @param {import('playwright-core').Page} page */
async function letPhonesIn(page) {
  await openDoor(page);
  await page.locator('header .btn', { has: page.locator('svg.lucide-smartphone') }).click();
  const dialog = page.getByRole('dialog');
  const start = dialog.locator('.actions .primary');
  await settle(page);
  if (await start.count()) await start.click();
  await dialog.locator('.letters').waitFor();
  const chrome = page.context().browser();
  if (chrome && (await dialog.locator('li .who').count()) === 0) {
    const address = (await dialog.locator('.address, legend + label').first().textContent()) ?? '';
    const phone = await phoneAt(chrome, address.trim());
    await pair(phone.page, (await dialog.locator('.letters').textContent()) ?? '', 'Samir');
    await dialog.locator('li .who').waitFor();
    await phone.close();
    await dialog.locator('.code .btn').click();
    await dialog.locator('.letters').waitFor();
  }
}
