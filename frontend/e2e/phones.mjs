/** A door laptop that serves phones without its window, and phones around it: Chromium in the size and manner of one. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { binary, carnet, passphrase } from './window.mjs';

/**
 * Opens a door for phones; `words` are the command's own further flags.
 * @param {string} home
 * @param {string} meeting
 * @param {string} station
 * @param {{ listen?: string, now?: string }} [how]
 */
export async function doorFor(home, meeting, station, { listen = '127.0.0.1:0', now } = {}) {
  const when = now ? ['--now', now] : [];
  const server = spawn(
    binary,
    ['--home', home, '--json', ...when, 'phone', 'serve', meeting, station, '--listen', listen],
    { env: { ...process.env, CARNET_PASSPHRASE: passphrase }, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  /** @type {any} */
  let doc = null;
  /** @type {Set<() => void>} */
  const told = new Set();
  createInterface({ input: server.stdout }).on('line', (line) => {
    doc = JSON.parse(line);
    for (const tell of told) tell();
  });
  /** Waits for what the laptop prints. @param {(doc: any) => boolean} good */
  const until = (good) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (doc === null || !good(doc)) return;
        told.delete(look);
        clearTimeout(late);
        resolve(doc);
      };
      const late = setTimeout(() => reject(new Error(`the door says ${JSON.stringify(doc)}`)), 15_000);
      told.add(look);
      look();
    });
  await until((said) => said.code !== '');
  return {
    address: /** @type {string} */ (doc.addresses[0]),
    now: () => doc,
    until,
    code: () => /** @type {string} */ (doc.code),
    link: () => /** @type {string} */ (doc.links[0]),
    /** Types a line at the laptop. @param {string} line */
    say: (line) => server.stdin.write(`${line}\n`),
    ended: () => (server.exitCode === null ? once(server, 'exit') : Promise.resolve()),
    async stop() {
      if (server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
    },
  };
}

/**
 * A phone with the page open. It goes past the browser's warning, as its person does.
 * @param {import('playwright-core').Browser} chrome
 * @param {string} address
 * @param {{ lang?: 'en' | 'fr', dark?: boolean, width?: number, camera?: boolean }} [look]
 */
export async function phoneAt(
  chrome,
  address,
  { lang = 'en', dark = false, width = 390, camera = false } = {},
) {
  const context = await chrome.newContext({
    viewport: { width, height: 780 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: `${lang}-CA`,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: true,
    permissions: camera ? ['camera'] : [],
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const troubles = [];
  /** @type {Set<string>} */
  const origins = new Set();
  page.on('pageerror', (error) => troubles.push(String(error.stack)));
  page.on('console', (message) => {
    // A laptop out of reach, and refusals that a test asks for, are said in the console too; and that a browser
    // keeps no page whose certificate nobody vouches for.
    if (
      message.type() === 'error' &&
      !/Failed to load resource|SSL certificate error|error occurred when fetching the script/.test(
        message.text(),
      )
    )
      troubles.push(message.text());
  });
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await load(page, address);
  return { page, context, troubles, origins, close: () => context.close() };
}

/**
 * Opens an address, once more where the machine's network changed meanwhile: a browser with a window does so by itself.
 * @param {import('playwright-core').Page} page
 * @param {string} address
 */
async function load(page, address) {
  try {
    await page.goto(address);
  } catch (error) {
    if (!/ERR_NETWORK_CHANGED/.test(String(error))) throw error;
    await page.goto(address);
  }
}

/**
 * Types the code of a door.
 * @param {import('playwright-core').Page} page
 * @param {string} code
 * @param {string} [name]
 */
export async function pair(page, code, name = 'Zoé') {
  await page.locator('#code').fill(code);
  await page.locator('#name').fill(name);
  await page.locator('button.main').tap();
  await page.locator('[role=search] input').waitFor();
}

/**
 * Notes somebody by the letters of a name.
 * @param {import('playwright-core').Page} page
 * @param {string} letters
 */
export async function tapOn(page, letters) {
  await page.locator('[role=search] input').fill(letters);
  await page.locator('li button').first().tap();
}

/**
 * What a phone's camera sees of a printed badge, as a film that Chromium plays for a camera.
 * @param {string} home
 * @param {string} meeting
 * @param {string} member
 * @param {(name: string) => string} file
 */
export async function filmOfBadge(home, meeting, member, file) {
  const pdf = file('badge.pdf');
  await carnet(
    home,
    'badges',
    '--meeting',
    meeting,
    '--member',
    member,
    '--format',
    'label-62',
    '--out',
    pdf,
  );
  execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, file('badge')]);
  const [width, height] = [1280, 720];
  // Held a little askew, with the room around it.
  execFileSync('convert', [
    ...[file('badge.png'), '-background', '#8a8478', '-rotate', '4', '-resize', `${width}x${height - 60}`],
    ...['-gravity', 'center', '-extent', `${width}x${height}`, '-colorspace', 'Gray', '-depth', '8'],
    `gray:${file('badge.gray')}`,
  ]);
  const light = readFileSync(file('badge.gray'));
  const colour = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, colour]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\n`);
  writeFileSync(file('badge.y4m'), Buffer.concat([head, ...Array(10).fill(frame)]));
  return file('badge.y4m');
}

/** Flags of a Chromium whose camera shows a film. @param {string} film */
export const filming = (film) => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
];
