/**
 * An office that writes mail, for tests: a home with a chapter, meetings and members who agreed to be written to, a mail server on this
 * machine that misbehaves as it is told, and the window on it.
 */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { findings } from './axe.mjs';
import { mailServer } from './smtp.mjs';
import { asks, browser, build, carnet, dress, open, serve, settle, workplace } from './window.mjs';

/** The day so many days from now. @param {number} ahead */
export const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

/** A mail that a person wrote, as it lies in a file. @param {string} from @param {string} subject @param {string} text */
export const letter = (from, subject, text) =>
  [
    `From: ${from}`,
    'To: bureau@example.org',
    `Subject: ${subject}`,
    'Date: Sun, 22 Nov 2026 10:00:00 -0500',
    `Message-ID: <${subject.replaceAll(/\W+/g, '-')}@example.org>`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n');

/**
 * Makes the office before the tests of a file and takes it down after them. `fill` puts in what the tests are about, before the window opens.
 * @param {(office: MailOffice) => Promise<void>} fill
 * @param {Parameters<typeof mailServer>[0]} [how] how the mail server misbehaves
 */
export function mailOffice(fill, how) {
  const office = new MailOffice();
  before(async () => {
    await build();
    office.server = await mailServer(how);
    await fill(office);
    await office.show();
  });
  after(() => office.close());
  return office;
}

export class MailOffice {
  work = workplace();
  home = this.work.path('home');
  /** @type {Awaited<ReturnType<typeof mailServer>>} */
  server = /** @type {any} */ (null);
  /** @type {Awaited<ReturnType<typeof open>>} */
  tab = /** @type {any} */ (null);
  /** @type {Awaited<ReturnType<typeof serve>> | undefined} */
  window;
  /** @type {import('playwright-core').Browser | undefined} */
  chrome;

  get page() {
    return this.tab.page;
  }

  /** A command on a home, this office's unless another is named. @param {...string} words */
  run(...words) {
    return carnet(this.home, ...words);
  }

  /** @param {string} [home] */
  found(home = this.home) {
    const words = ['--name', 'Réseau d’essai', '--office', 'Toronto', '--coordinator', 'A. Roy'];
    return carnet(home, 'network', 'create', ...words);
  }

  /** The id of a new chapter. @param {string} name @param {string} [french] */
  async chapter(name, french = name) {
    return (await this.run('chapter', 'add', '--name', name, '--name-fr', french)).id;
  }

  /** The id of a new meeting of an hour. @param {string} title @param {string} chapter @param {number} days @param {...string} more */
  async meeting(title, chapter, days, ...more) {
    const when = ['--start', `${day(days)}T13:00`, '--zone', 'America/Toronto', '--minutes', '60'];
    return (await this.run('meeting', 'add', '--title', title, '--chapter', chapter, ...when, ...more)).id;
  }

  /**
   * The id of a new member of a chapter, who agreed to be written to unless `silent`.
   * @param {string} given
   * @param {string} chapter
   * @param {{ family?: string, language?: string, role?: string, silent?: boolean }} [who]
   */
  async member(given, chapter, { family = 'Example', language = 'en', role = 'staff', silent = false } = {}) {
    const email = `${given.normalize('NFD').replaceAll(/\W/g, '').toLowerCase()}@example.org`;
    const facts = ['--email', email, '--language', language, '--role', role, '--chapter', chapter];
    const { id } = await this.run('member', 'add', '--given', given, '--family', family, ...facts);
    if (!silent) await this.run('consent', 'record', id, '--basis', 'express', '--source', 'form');
    return id;
  }

  /** An account at the office's server, without a pace. @param {string} [home] @param {...string} more */
  async account(home = this.home, ...more) {
    const server = ['--host', '127.0.0.1', '--port', `${this.server.port}`, '--security', 'none'];
    const from = ['--from', 'bureau@example.org', '--name', 'Réseau d’essai', '--postal', '1, rue Inventée'];
    await carnet(home, 'mail', 'account', 'set', ...server, ...from, '--pace', '0', ...more);
  }

  /** Opens the window in English and light. */
  async show() {
    this.window = await serve(this.home);
    this.chrome = await browser();
    this.tab = await open(this.chrome, this.window.address, { still: true });
    this.page.setDefaultTimeout(15_000);
    await dress(this.page, 'en', 'light');
  }

  async close() {
    await this.chrome?.close();
    await this.window?.stop();
    this.server?.stop();
    this.work.clear();
  }

  /** What an address was sent. @param {string} to */
  mails(to) {
    return this.server.mails.get(to) ?? [];
  }

  dialog() {
    return this.page.getByRole('dialog');
  }

  /** What asks whether a person is sure. */
  sure() {
    return this.page.getByRole('alertdialog').or(this.dialog()).last();
  }

  /** Chooses from a list by its label. @param {string} label @param {string | RegExp} option */
  async choose(label, option) {
    await this.page.locator('.choice').and(this.page.getByLabel(label)).first().click();
    await this.page.getByRole('option', { name: option }).first().click();
  }

  /** Sends what the dialog shows, of which so many are said. @param {number} count */
  async send(count) {
    const said = count === 1 ? '1 message' : `${count} messages`;
    await this.dialog()
      .getByRole('button', { name: `Send ${said}…` })
      .click();
    await this.sure()
      .getByRole('button', { name: `Send ${said}`, exact: true })
      .click();
    await this.page.getByText(/queued\. (It goes|They go) out/).waitFor();
  }

  /** Everything can be reached and read by everybody. */
  async barriers() {
    await settle(this.page);
    assert.deepEqual(await findings(this.page), []);
  }

  /** Asks Go as another screen would. @param {string} group @param {string} method @param {...unknown} words */
  asks(group, method, ...words) {
    return asks(this.page, group, method, ...words);
  }
}
