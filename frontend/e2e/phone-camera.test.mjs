import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { doorFor, filming, filmOfBadge, pair, phoneAt, tapOn } from './phones.mjs';
import { browser, build, carnet, workplace } from './window.mjs';

const work = workplace();
const home = work.path('home');
/** @type {Awaited<ReturnType<typeof doorFor>>} */
let door;
/** @type {string} */
let meeting;
/** @type {string} */
let film;

before(async () => {
  await build();
  await found(home, work.path);
  const start = ['--start', '2026-12-09T09:00', '--zone', 'America/Toronto', '--minutes', '480'];
  meeting = (await carnet(home, 'meeting', 'add', '--title', 'Forum', '--chapter', 'Quebec', ...start)).id;
  film = await filmOfBadge(home, meeting, 'marcandre.belisle@example.org', work.path);
  door = await doorFor(home, meeting, 'B');
});
after(async () => {
  await door?.stop();
  work.clear();
});

test('the camera reads a printed badge, once, with a reader that comes from the laptop', async () => {
  const chrome = await browser(filming(film));
  try {
    const { page, troubles, origins } = await phoneAt(chrome, door.address, { camera: true });
    await pair(page, door.code());
    const began = Date.now();
    await page.getByRole('button', { name: 'Scan a badge' }).tap();
    const sign = page.locator('[data-tone="in"]');
    await sign.getByText('Marc-André Bélisle').waitFor({ timeout: 30_000 });
    console.log(`camera, reader and answer: ${Date.now() - began} ms`);
    assert.deepEqual(await findings(page), []);
    await page.waitForTimeout(1500); // the badge is still before the camera
    assert.equal(await page.locator('ol li').count(), 1);
    await page.getByRole('button', { name: 'Stop the camera' }).tap();
    await page.locator('video').waitFor({ state: 'detached' });
    assert.deepEqual([...origins], [new URL(door.address).origin]);
    assert.deepEqual(troubles, []);
  } finally {
    await chrome.close();
  }
});

test('a camera that is not allowed is said in words, and the search goes on', async () => {
  const chrome = await browser();
  try {
    const { page } = await phoneAt(chrome, door.address);
    await pair(page, door.code());
    await page.getByRole('button', { name: 'Scan a badge' }).tap();
    await page.getByText(/No camera can be used here|does not let this page use the camera/).waitFor();
    await tapOn(page, 'eliane');
    await page.locator('[data-tone="in"]').waitFor();
  } finally {
    await chrome.close();
  }
});

test('where the certificate is trusted, the page itself can be opened again in a dead spot', async () => {
  const { hostname, port } = new URL(door.address);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  const key = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  // Chromium takes this list only with a profile of its own.
  const chrome = await browser([`--ignore-certificate-errors-spki-list=${key}`]);
  try {
    const context = await chrome.newContext({
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 780 },
    });
    const page = await context.newPage();
    await page.goto(door.address);
    await pair(page, door.code());
    await page.waitForFunction(async () => (await caches.keys()).length > 0);
    await page.getByText('All sent').waitFor();
    await page.waitForTimeout(500);
    await context.setOffline(true);
    await tapOn(page, 'gelinas');
    await page.locator('[data-tone="kept"]').waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText('1 scan waits on this phone').waitFor();
    await tapOn(page, 'eliane');
    await page.locator('[data-tone="kept"]').waitFor();
    await context.setOffline(false);
    await page.getByText('All sent').waitFor({ timeout: 20_000 });
  } finally {
    await chrome.close();
  }
});
