import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { doorFor, pair, phoneAt, tapOn } from './phones.mjs';
import { browser, build, carnet, workplace } from './window.mjs';

const work = workplace();
const home = work.path('home');
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof doorFor>>} */
let door;
/** @type {Awaited<ReturnType<typeof phoneAt>>} */
let phone;
/** @type {string} */
let meeting;

before(async () => {
  await build();
  await found(home, work.path);
  const start = ['--start', '2026-12-09T09:00', '--zone', 'America/Toronto', '--minutes', '480'];
  const named = ['--title', 'Livable Cities Forum', '--title-fr', 'Forum Villes viables'];
  meeting = (await carnet(home, 'meeting', 'add', ...named, '--chapter', 'Quebec', ...start)).id;
  door = await doorFor(home, meeting, 'A');
  chrome = await browser();
  phone = await phoneAt(chrome, door.address);
});
after(async () => {
  await chrome?.close();
  await door?.stop();
  work.clear();
});

const sign = (/** @type {string} */ tone) => phone.page.locator(`[data-tone="${tone}"]`);
const waits = () => phone.page.locator('[data-waiting]').getAttribute('data-waiting');
/** What the laptop has: the door is closed for the look and opened again, at the same address. */
async function noted() {
  const listen = new URL(door.address).host;
  await door.stop();
  const { items } = await carnet(home, 'attendance', 'scans', meeting);
  const people = (await carnet(home, 'attendance', 'list', meeting)).items;
  door = await doorFor(home, meeting, 'A', { listen });
  return { items, people };
}

test('a wrong code is refused in words, and the right one makes the phone a door', async () => {
  const { page } = phone;
  await page.getByRole('heading', { name: 'Make this phone a door' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.locator('#code').fill('2222');
  await page.getByRole('button', { name: 'Begin' }).tap();
  await page.getByText('The code has eight letters and digits').waitFor();
  await page.locator('#code').fill('2222 2222');
  await page.getByRole('button', { name: 'Begin' }).tap();
  await page.getByText('That is not the code').waitFor();
  const used = door.code();
  await pair(page, used);
  await page.getByRole('heading', { name: 'Door A' }).waitFor();
  await page.getByText('Livable Cities Forum').waitFor();
  const said = await door.until((doc) => doc.code !== used && doc.phones.length === 1);
  assert.equal(said.phones[0].name, 'Zoé');
});

test('two letters find people, a tap lets one in, and the sign says so', async () => {
  const { page } = phone;
  await tapOn(page, 'trembl');
  await sign('in').or(sign('look')).first().waitFor();
  await tapOn(page, 'marc-andre bel');
  await sign('in').getByText('Marc-André Bélisle').waitFor();
  await sign('in').getByText('Sainte-Marguerite-du-Lac-Masson').waitFor();
  await page.getByText('All sent').waitFor();
  assert.deepEqual(await findings(page), []);
  await tapOn(page, 'marc-andre bel');
  await sign('in').getByText('Already in since').waitFor();
});

test('somebody of another chapter is let in in amber, with the reason and what to do', async () => {
  await tapOn(phone.page, 'kelly');
  await sign('look').getByText('not in this chapter').waitFor();
  await sign('look').getByText('Send them to the coordinator').waitFor();
});

test('leaving is noted as such', async () => {
  const { page } = phone;
  await page.getByRole('button', { name: 'Leaving' }).tap();
  await tapOn(page, 'marc-andre bel');
  await sign('out').getByText('Marc-André Bélisle').waitFor();
  await page.getByRole('button', { name: 'Arriving' }).tap();
});

test('a person who is not on the list is let in with two fields', async () => {
  const { page } = phone;
  await page.getByRole('button', { name: 'Not on the list' }).tap();
  await page.getByLabel('First and family name').fill('Noor');
  await page.getByRole('button', { name: 'Let in' }).tap();
  await page.getByText('Give a first name and a family name').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByLabel('First and family name').fill('Noor Okafor');
  await page.getByLabel('Community').fill('Gatineau');
  await page.getByRole('button', { name: 'Let in' }).tap();
  await sign('in').or(sign('look')).getByText('Noor Okafor').waitFor();
});

test('ten scans in a dead spot are kept, and each is noted once when the laptop answers again', async () => {
  const { page, context } = phone;
  const before = (await noted()).items.length;
  await page.getByText('All sent').waitFor();
  await context.setOffline(true);
  const names = [
    'eliane',
    'elise t',
    'eliopoulos',
    'gelinas',
    'desrosiers',
    'ouellette',
    'ᐄᓕᓯ',
    'campbell',
    'singh',
  ];
  const own = (await page.evaluate(listed)).map((guest) => guest.name);
  let taps = 0;
  for (const name of [...names, ...names]) {
    if (taps === 9) break;
    await page.locator('[role=search] input').fill(name);
    const hit = page.locator('li button').first();
    if (!(await hit.isVisible())) continue; // not of this chapter: not on the phone's own list
    await hit.tap();
    taps++;
    await sign('kept').waitFor();
  }
  assert.equal(taps, 9, `on the phone: ${own.join(', ')}`);
  await page.getByRole('button', { name: 'Not on the list' }).tap();
  await page.getByLabel('First and family name').fill('Ada Beispiel');
  await page.getByRole('button', { name: 'Let in' }).tap();
  await page.getByText('10 scans wait on this phone').waitFor();
  await page.getByText('The laptop does not answer').waitFor();
  assert.deepEqual(await findings(page), []);

  // An answer is lost on the way, once: the laptop has the scans, and the phone does not know it.
  let lost = 0;
  await page.route('**/api/passes', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await context.setOffline(false);
  await page.getByText('All sent').waitFor({ timeout: 20_000 });
  await page.unroute('**/api/passes');
  assert.ok(lost >= 2);
  assert.equal(await waits(), '0');
  const { items, people } = await noted();
  assert.equal(items.length, before + 10);
  assert.equal(people.filter((/** @type {any} */ one) => one.name === 'Ada Beispiel').length, 1);
});

/** The people that the page keeps, as its own database has them. */
async function listed() {
  const opening = indexedDB.open('carnet-door');
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const asked = opening.result.transaction('facts').objectStore('facts').get('guests');
  await new Promise((resolve) => (asked.onsuccess = resolve));
  opening.result.close();
  return /** @type {{ name: string }[]} */ (asked.result ?? []);
}

test('what waits outlives a reload and the browser’s own end of the page', async () => {
  const { page, context } = phone;
  await page.getByText('All sent').waitFor();
  await context.setOffline(true);
  await tapOn(page, 'gelinas');
  await sign('kept').waitFor();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(door.address);
  phone.page = again;
  await again.getByText('All sent').waitFor();
  await again.getByText('Olivier Gélinas').first().waitFor();
  assert.equal(await waits(), '0');
});

test('the phone speaks French, light and dark, and axe finds nothing', async () => {
  const { page } = phone;
  await page.getByRole('button', { name: 'Français' }).tap();
  await page.getByRole('button', { name: 'Arrivées' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr-CA');
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme: scheme });
    await tapOn(page, 'eliane');
    await page.locator('[data-tone]').first().waitFor();
    assert.deepEqual(await findings(page), [], scheme);
  }
  await page.getByRole('button', { name: 'English' }).tap();
});

test('nothing is wider than a small phone', async () => {
  const { page } = phone;
  for (const width of [360, 412]) {
    await page.setViewportSize({ width, height: 740 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), String(width));
  }
});

test('a phone that is shut out says so, forgets the list, and sends what it has after a new code', async () => {
  const { page, context } = phone;
  const before = (await noted()).items.length;
  await page.getByText('All sent').waitFor();
  await context.setOffline(true);
  await tapOn(page, 'desrosiers');
  await sign('kept').waitFor();
  door.say(`revoke ${door.now().phones[0].phone}`);
  await door.until((doc) => doc.phones[0].revoked);
  await context.setOffline(false);
  await page.getByRole('heading', { name: 'This phone is no longer a door' }).waitFor({ timeout: 20_000 });
  await page.getByText('1 scan was not sent').waitFor();
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(await page.evaluate(listed), []);
  await page.getByRole('button', { name: 'Pair again' }).tap();
  await pair(page, door.code());
  await page.getByText('All sent').waitFor();
  assert.equal((await noted()).items.length, before + 1);
});

test('only the laptop was asked for anything, and the page complained of nothing', async () => {
  assert.deepEqual([...phone.origins], [new URL(door.address).origin]);
  assert.deepEqual(phone.troubles, []);
});

test('when the day is over the phone says so and forgets the list', async () => {
  await phone.close();
  await door.stop();
  door = await doorFor(home, meeting, 'A', { now: '2026-12-09T23:59:48-05:00' });
  phone = await phoneAt(chrome, door.link());
  const { page } = phone;
  assert.equal(await page.locator('#code').inputValue(), door.code());
  assert.equal(new URL(page.url()).hash, '');
  await page.getByRole('button', { name: 'Begin' }).tap();
  await page.getByRole('heading', { name: 'Door A' }).waitFor();
  await page.getByRole('heading', { name: 'The day is over' }).waitFor({ timeout: 30_000 });
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(await page.evaluate(listed), []);
  await door.ended();
});
