/**
 * The real Go side with the window in Chromium: builds the development binary, makes homes with the
 * command line, serves the built frontend, and opens pages on it.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
const frontend = dirname(dirname(fileURLToPath(import.meta.url)));
export const project = dirname(frontend);
const assets = join(frontend, 'dist-e2e');
const scratch = process.env.CARNET_E2E ?? mkdtempSync(join(tmpdir(), 'carnet-e2e-'));
export const binary = process.env.CARNET_DEV_BINARY ?? join(scratch, 'carnet-dev');
export const passphrase = 'for the tests alone';

/** Chromium's own chatter with the outside is off: nothing here needs it. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Builds what the tests drive. What is there already is taken, unless `fresh`; a binary named in
 * CARNET_DEV_BINARY is taken as it is.
 */
export async function build(fresh = false) {
  if (fresh || !existsSync(join(assets, 'index.html'))) {
    await run('npx', ['vite', 'build', '--mode', 'e2e'], { cwd: frontend });
  }
  await run('npm', ['run', '-s', 'build:phone'], { cwd: frontend }); // it is within the binary
  if (process.env.CARNET_DEV_BINARY || (!fresh && existsSync(binary))) return;
  await run('go', ['build', '-tags', 'dev,webkit2_41', '-o', binary, '.'], { cwd: project });
}

/** A place for homes and files of one test file; removed at its end. */
export function workplace() {
  const folder = mkdtempSync(join(scratch, 'work-'));
  return {
    path: (/** @type {string} */ name) => join(folder, name),
    // The Go side may still be writing its last file.
    clear: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}

/**
 * Runs one command of Carnet on a home and gives what it prints as JSON.
 * @param {string} home
 * @param {...string} words
 */
export async function carnet(home, ...words) {
  const { stdout } = await run(binary, ['--home', home, '--json', ...words], {
    env: { ...process.env, CARNET_PASSPHRASE: passphrase },
    maxBuffer: 1 << 28,
  }).catch((failed) => {
    // Exit 3 says: done, but something waits for a person.
    if (failed.code === 3) return failed;
    throw new Error(`carnet ${words.join(' ')}: ${failed.stderr}`);
  });
  return stdout.trim() ? JSON.parse(stdout) : null;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

/**
 * Opens the window's Go side on a home. `preferences` are written first, as language and theme.
 * @param {string} home
 * @param {string} [word] the passphrase it opens with; empty asks for it in the window
 */
export async function serve(home, word = passphrase) {
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const server = spawn('xvfb-run', ['-a', binary], {
    env: {
      ...process.env,
      CARNET_HOME: home,
      CARNET_PASSPHRASE: word,
      devserver: `localhost:${port}`,
      assetdir: assets,
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  server.stdout.on('data', (text) => (said += text));
  server.stderr.on('data', (text) => (said += text));
  for (let tries = 0; ; tries++) {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) break;
    if (tries > 300 || server.exitCode !== null)
      throw new Error(`the window did not start:\n${said.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    address,
    /**
     * Ends the page that the development binary shows on the virtual display: it stands at Today and asks for it at each change, while people
     * have one page, which is the test's.
     */
    endOwnPage() {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        const [, name, group] = /\((.*)\) \S+ \d+ (\d+)/.exec(statOf(pid)) ?? [];
        if (name?.startsWith('WebKitWebProc') && Number(group) === server.pid) process.kill(Number(pid));
      }
    },
    async stop() {
      if (server.pid === undefined || server.exitCode !== null) return;
      const ended = once(server, 'exit');
      process.kill(-server.pid);
      await ended;
    },
  };
}

/** What Linux says of a process; empty when it is over. @param {string} pid */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string[]} more flags of Chromium @returns {Promise<import('playwright-core').Browser>} */
export function browser(more = []) {
  const executablePath = process.env.CARNET_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

/**
 * A page on the window. `troubles` gathers what it complained of: errors, and anything the policy refused.
 * @param {import('playwright-core').Browser} chrome
 * @param {string} address
 * @param {{ width?: number, height?: number, dark?: boolean, still?: boolean }} [look]
 */
export async function open(chrome, address, look = {}) {
  const context = await chrome.newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    colorScheme: look.dark ? 'dark' : 'light',
    reducedMotion: look.still ? 'reduce' : 'no-preference',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const troubles = [];
  // Wails' own script for development complains when a second page opens, and while a page reloads.
  const ours = (/** @type {string} */ text) => !text.includes('/wails/ipc.js');
  page.on('pageerror', (error) => {
    if (ours(String(error.stack))) troubles.push(String(error.stack));
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && ours(message.text())) troubles.push(message.text());
  });
  await page.goto(address);
  return { page, troubles, close: () => context.close() };
}

/**
 * Goes to a place by its address and waits until its title stands there.
 * @param {import('playwright-core').Page} page
 * @param {string} place
 */
export async function visit(page, place) {
  await page.waitForFunction(() => document.querySelector('main h1') !== null);
  await page.evaluate((to) => {
    location.hash = `#/${to}`;
  }, place);
  await page.waitForFunction((wanted) => {
    const here = document.querySelector('nav a[aria-current=page]');
    const arrived = !document.querySelector('nav') || here?.getAttribute('href') === `#/${wanted}`;
    return arrived && document.querySelector('main h1') !== null;
  }, place.split('?')[0]);
  await settle(page);
}

/**
 * Speaks a language and dresses in a theme at once, as Settings does.
 * @param {import('playwright-core').Page} page
 * @param {'en' | 'fr'} lang
 * @param {'light' | 'dark'} theme
 */
export async function dress(page, lang, theme) {
  await page.evaluate(
    async ([language, dressed]) => {
      const { Session } = /** @type {any} */ (window).go.desktop;
      await Session.SetPreference('lang', language);
      await Session.SetPreference('theme', dressed);
    },
    [lang, theme],
  );
  await page.reload();
  await page.waitForFunction(([said]) => document.documentElement.lang.startsWith(said ?? ''), [lang]);
  await page.waitForSelector('main');
}

/**
 * Waits until nothing has changed on the page for a moment.
 * @param {import('playwright-core').Page} page
 */
export async function settle(page) {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        let timer = setTimeout(done, 250);
        const watcher = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(done, 250);
        });
        const most = setTimeout(done, 5000);
        watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        function done() {
          watcher.disconnect();
          clearTimeout(most);
          resolve(null);
        }
      }),
  );
  await page.evaluate(() => document.fonts.ready);
}

/**
 * Waits until what is read on the page is what it must be: an answer may come a frame after the one that was waited for.
 * @template T
 * @param {() => Promise<T>} read
 * @param {T} wanted
 */
export async function becomes(read, wanted) {
  const until = Date.now() + 10_000;
  while ((await read()) !== wanted && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
  assert.equal(await read(), wanted);
}

/**
 * Asks Go as another screen would.
 * @param {import('playwright-core').Page} page
 * @param {string} part
 * @param {string} method
 * @param {...unknown} facts
 */
export const asks = (page, part, method, ...facts) =>
  page.evaluate(
    ([of, name, all]) => /** @type {any} */ (globalThis).go.desktop[of][name](...all),
    /** @type {[string, string, any[]]} */ ([part, method, facts]),
  );
