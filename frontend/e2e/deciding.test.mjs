/** A coordinator decides requests with letters alone: every letter does what it says, and ten take far less than a minute. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, serve, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */
let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */
let window;
/** @type {Awaited<ReturnType<typeof open>>} */
let tab;

/** Ten requests in the order in which they came, and the letter that each gets. */
const letters = ['a', 'd', 'q', 'w', 'a', 'd', 'q', 'w', 'a', 'a'];
const question = 'Which community do you work for';
/** @type {Record<string, { said: string, status: string }>} */
const results = {
  a: { said: '{name} is registered.', status: 'approved' },
  d: { said: '{name} is declined.', status: 'declined' },
  q: { said: 'The question to {name} is noted.', status: 'asked' },
  w: { said: '{name} is on the waiting list.', status: 'waitlisted' },
};

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const workshop = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Workshop', '--chapter', 'Ontario', '--start', '2031-03-11T13:00'],
    ...['--zone', 'America/Toronto', '--minutes', '60'],
  );
  for (const at of letters.keys())
    await carnet(
      home,
      ...['request', 'add', '--for', workshop.id, '--given', 'Person', '--family', `Number${at}`],
      ...['--email', `person${at}@example.org`, '--role', 'staff', '--community', 'Barrie'],
    );
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address, { still: true });
  tab.page.setDefaultTimeout(15_000);
  await dress(tab.page, 'en', 'light');
  await visit(tab.page, 'meetings?view=requests');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

test('ten requests are decided by keyboard, each letter with its result', async () => {
  const { page } = tab;
  await page.getByText('10 wait for a decision').waitFor();
  const pane = page.locator('aside');
  await page.keyboard.press('Home');
  await pane.getByRole('heading', { name: /Person Number/ }).waitFor();
  /** @type {Map<string, string>} */
  const wanted = new Map();
  const began = performance.now();
  for (const [at, letter] of letters.entries()) {
    const who = (await pane.getByRole('heading', { name: /Person Number/ }).textContent())?.trim() ?? '';
    wanted.set(who, results[letter]?.status ?? '');
    await page.keyboard.press(letter);
    if (letter === 'd' || letter === 'q') {
      await page.waitForFunction(() => !!document.activeElement?.closest('[role=dialog], dialog'));
      await page.keyboard.type(letter === 'd' ? 'It is full' : question);
      await page.keyboard.press('Enter');
    }
    await page.getByText(results[letter]?.said.replace('{name}', who) ?? '').waitFor();
    if (letter === 'q') {
      // Who was asked back is still to be decided, and stays in the list: one goes on below.
      await pane.getByText('Asked back').waitFor();
      await pane.getByText(question).waitFor();
      await page.keyboard.press('ArrowDown');
    }
    if (at + 1 < letters.length)
      await page.waitForFunction((before) => {
        const heading = [...document.querySelectorAll('aside h2, aside h1')].map((one) =>
          one.textContent?.trim(),
        );
        return heading.some((one) => one?.startsWith('Person Number') && one !== before);
      }, who);
  }
  const took = (performance.now() - began) / 1000;
  console.log(`ten requests decided by keyboard in ${took.toFixed(1)} s`);
  assert.equal(wanted.size, 10);

  await page.getByText('2 wait for a decision').waitFor();
  const rows = await page.evaluate(() => {
    const { Requests } = /** @type {any} */ (globalThis).go.desktop.Requests;
    return Promise.all([Requests('', 'done'), Requests('', 'open')]);
  });
  const stands = rows
    .flat()
    .map((/** @type {any} */ row) => [row.name, row.status === 'open' ? 'asked' : row.registration]);
  assert.deepEqual(stands.sort(), [...wanted].sort());
  assert.deepEqual(tab.troubles, []);
});
