/** Key press to painted result on Members with 100,000 members, through the real Go side. */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { longList } from './network.mjs';
import { browser, build, carnet, open, serve, settle, visit, workplace } from './window.mjs';

const budget = 50; // milliseconds
const many = 100_000;
const place = workplace();
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let go;
/** @type {Awaited<ReturnType<typeof open>>} */ let shown;

before(
  async () => {
    await build();
    const home = place.path('home');
    await carnet(
      home,
      'network',
      'create',
      '--name',
      'Long',
      '--office',
      'Toronto',
      '--coordinator',
      'A. Roy',
    );
    longList(place.path('long.csv'), many);
    await carnet(home, 'import', 'members', place.path('long.csv'));
    go = await serve(home);
    chrome = await browser();
    shown = await open(chrome, go.address);
  },
  { timeout: 240_000 },
);

after(async () => {
  await chrome?.close();
  await go?.stop();
  place.clear();
});

test(`every letter is answered on the screen among ${many} members, and how soon is measured`, async () => {
  const { page } = shown;
  await visit(page, 'members');
  await page.waitForFunction(async () => {
    const answer = await /** @type {any} */ (window).go.desktop.People.Members({ text: 'a', limit: 1 });
    return answer.ready;
  });
  await settle(page);
  await page.locator('main [role=searchbox]').focus();
  await watch(page);
  for (const word of ['elise', 'tremblay', 'olivier roy', 'zzz', 'gagnon-c', 'noor', 'singh-okafor']) {
    for (const letter of word) await strike(page, letter);
    for (let back = word.length; back > 0; back--) await strike(page, 'Backspace');
  }
  const times = /** @type {number[]} */ (await page.evaluate('window.measured')).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  const line = `window: key press to painted, ${many} members, ${times.length} keys: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms`;
  console.log(line);
  assert.ok(times.length > 80, `${times.length} keys were measured`);
  if (process.env.CARNET_SPEED) {
    // The budget is held here only when a benchmark asks for it: a busy machine says nothing about the window.
    appendFileSync(process.env.CARNET_SPEED, `${line}\n`);
    assert.ok(at(0.99) <= budget, line);
  }
});

/**
 * Measures in the page: from the key event's own time to the frame after the one in which the
 * answer to it was drawn.
 * @param {import('playwright-core').Page} page
 */
async function watch(page) {
  await page.evaluate(() => {
    const own = /** @type {any} */ (window);
    own.measured = [];
    own.pending = false;
    const list = /** @type {HTMLElement} */ (document.querySelector('[role=grid]'));
    let pressed = 0;
    document.addEventListener(
      'keydown',
      (event) => {
        pressed = event.timeStamp;
        own.pending = true;
      },
      true,
    );
    // Each answer is drawn by changes under the list or its count; the frame after them is the painted one.
    new MutationObserver(() => {
      if (!own.pending) return;
      own.pending = false;
      const from = pressed;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => own.measured.push(performance.now() - from);
        channel.port2.postMessage(null);
      });
    }).observe(/** @type {HTMLElement} */ (list.closest('main')), {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: ['aria-rowcount'],
    });
  });
}

/**
 * Presses a key as a person does, and waits until its answer was painted.
 * @param {import('playwright-core').Page} page
 * @param {string} key
 */
async function strike(page, key) {
  await page.keyboard.press(key === ' ' ? 'Space' : key);
  await page
    .waitForFunction(() => !(/** @type {any} */ (window).pending), null, { timeout: 2000 })
    .catch(() => {});
  await page.waitForTimeout(120);
}
