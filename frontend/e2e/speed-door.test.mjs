/**
 * Scan to painted result at a door, through the real Go side, while five times another laptop's 10,000 changes come in. A benchmark
 * (CARNET_SPEED) asks for 100,000 members with 1,000,000 scans and holds the budget; else it is a small home and the time is only told.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, renameSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { browser, build, open, passphrase, project, serve, settle, visit, workplace } from './window.mjs';

const budget = 50; // milliseconds
const judged = process.env.CARNET_SPEED;
const [members, scans, shown] = judged ? [100_000, 1_000_000, 300] : [5_000, 10_000, 60];
const work = workplace();
/** @typedef {{ ID: string, Name: string }} Guest */
/** @typedef {{ Files: string[], Member: string }} Coming */
/** @type {{ Door: string, Office: string, Meeting: string, Guests: Guest[], Bucket: string, Coming: Coming[] }} */
let hall;
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let go;
/** @type {import('playwright-core').Page} */ let page;

before(
  async () => {
    await build();
    const made = await promisify(execFile)(
      'go',
      [
        'run',
        './build/bench',
        '-members',
        String(members),
        '-scans',
        String(scans),
        'hall',
        work.path('hall'),
      ],
      { cwd: project, env: { ...process.env, CARNET_PASSPHRASE: passphrase }, maxBuffer: 1 << 24 },
    );
    hall = JSON.parse(made.stdout);
    go = await serve(hall.Door);
    chrome = await browser();
    ({ page } = await open(chrome, go.address));
    await visit(page, 'door');
    await page.getByRole('radio', { name: /Forum/ }).check();
    await page.getByRole('textbox', { name: 'Door' }).fill('A');
    await page.getByRole('button', { name: 'Open the door' }).click();
    await page.getByRole('combobox').first().waitFor();
    go.endOwnPage();
    await settle(page);
  },
  { timeout: 280_000 },
);

after(async () => {
  await chrome?.close();
  await go?.stop();
  work.clear();
});

test('every scan is answered on the screen while changes come in, and how soon is measured', async () => {
  await watch();
  const coming = [...hall.Coming];
  const asked = performance.now();
  for (const [n, guest] of hall.Guests.slice(0, shown).entries()) {
    // The first sixth alone, then one after the other: so much that more than one scan in a hundred meets the merging.
    if (n > 0 && n % Math.floor(shown / 6) === 0) arrive(coming.shift());
    await show(guest);
  }
  const seconds = (performance.now() - asked) / 1000;
  for (const { Member } of hall.Coming) await hasCome(Member);
  const { times, looks } = await page.evaluate(() => /** @type {any} */ (window).seen);
  times.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
  const at = (/** @type {number} */ share) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  const line = `window: scan to painted while ${hall.Coming.length} times 10,000 changes come in, ${members} members, ${scans} scans, ${times.length} shown: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms`;
  console.log(line);
  assert.equal(times.length, shown);
  // What surrounds the result is asked for a few times a second, however much comes in, and not at each scan.
  assert.ok(looks <= 4 * seconds, `${looks} looks in ${seconds.toFixed(1)} s`);
  if (judged) {
    appendFileSync(judged, `${line}\n`);
    assert.ok(at(0.99) <= budget, line);
  }
});

/** Another laptop's changes are there, from one moment to the next. @param {Coming | undefined} coming */
function arrive(coming) {
  for (const file of coming?.Files ?? [])
    renameSync(file.replace(hall.Bucket, `${hall.Bucket}.coming`), file);
}

/** This laptop has a member as the office changed it. @param {string} member */
async function hasCome(member) {
  const title = () => page.evaluate((id) => /** @type {any} */ (window).go.desktop.People.Member(id), member);
  for (let tries = 0; (await title()).title !== 'Mairesse' && tries < 100; tries++)
    await page.waitForTimeout(200);
  assert.equal((await title()).title, 'Mairesse', `what the office changed of ${member} never came`);
}

/**
 * Measures in the page: from the last key of a code to the end of the frame in which the person's name was drawn. A frame callback comes
 * before its frame is drawn, a message that is sent from it is heard after.
 */
async function watch() {
  await page.evaluate(() => {
    const own = /** @type {any} */ (window);
    own.seen = { times: [], looks: 0 };
    own.expected = '';
    const { Door } = own.go.desktop;
    const look = Door.Open;
    Door.Open = (/** @type {string[]} */ ...at) => (own.seen.looks++, look(...at));
    let pressed = 0;
    document.addEventListener('keydown', (event) => (pressed = event.timeStamp), true);
    new MutationObserver(() => {
      const said = document.querySelector('[data-tone]')?.textContent ?? '';
      if (!own.expected || !said.includes(own.expected)) return;
      own.expected = '';
      const from = pressed;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => own.seen.times.push(performance.now() - from);
        channel.port2.postMessage(null);
      });
    }).observe(/** @type {HTMLElement} */ (document.querySelector('main')), {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}

/**
 * Holds a badge before the scanner, which types faster than people and here sends no Enter.
 * @param {Guest} guest
 */
async function show(guest) {
  await page.evaluate((name) => {
    /** @type {any} */ (window).expected = name;
  }, guest.Name);
  await page.keyboard.type(`CARNET:${guest.ID}`);
  await page.waitForFunction(() => !(/** @type {any} */ (window).expected), null, { timeout: 10_000 });
  await page.waitForTimeout(40);
}
