/** Reports of Zoom and Teams: read, answered by keyboard, taken in, the same again, a correction, hybrid, taken back; and the real files. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findings } from './axe.mjs';
import { found } from './network.mjs';
import { browser, build, carnet, dress, open, project, serve, settle, visit, workplace } from './window.mjs';

const work = workplace();
/** @type {import('playwright-core').Browser} */ let chrome;
/** @type {Awaited<ReturnType<typeof serve>>} */ let window;
/** @type {Awaited<ReturnType<typeof open>>} */ let tab;
let call = '';
let heroes = '';
const shots = process.env.CARNET_SHOTS;
const heading =
  'Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\n';

/** @param {string} name @param {string[][]} lines name, address, from and to on 12 January 2026, which can be read both ways */
function report(name, lines) {
  const rows = lines.map(
    ([who, email, from, to]) => `${who},${email},01/12/2026 ${from}:00 PM,01/12/2026 ${to}:00 PM,1,Yes,Y`,
  );
  writeFileSync(work.path(name), `${heading}${rows.join('\n')}\n`);
  return work.path(name);
}

const stays = [
  ['Ann McElroy', 'ann.mcelroy@example.org', '01:00', '01:54'],
  ['iPad de Ann', 'ann.mcelroy@example.org', '01:06', '01:57'],
  ['Elina Singh', '', '01:02', '01:40'],
  ['iPhone (Tremblay)', '', '01:05', '01:45'],
  ['Galaxy S21', '', '01:10', '01:20'],
];

before(async () => {
  await build();
  const home = work.path('home');
  await found(home, work.path);
  const made = await carnet(
    home,
    ...['meeting', 'add', '--title', 'January call', '--title-fr', 'Appel de janvier', '--mode', 'hybrid'],
    ...['--start', '2026-01-12T13:00', '--zone', 'America/Toronto', '--minutes', '60'],
  );
  call = made.id;
  const past = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Heroes meeting', '--mode', 'online', '--start', '2021-11-19T10:00'],
    ...['--zone', 'America/Toronto', '--minutes', '120'],
  );
  heroes = past.id;
  await carnet(
    home,
    'attendance',
    'in',
    call,
    'nikos.eliopoulos@example.org',
    '--at',
    '2026-01-12T13:00',
    '--station',
    'A',
  );
  await carnet(
    home,
    'attendance',
    'out',
    call,
    'nikos.eliopoulos@example.org',
    '--at',
    '2026-01-12T13:30',
    '--station',
    'A',
  );
  window = await serve(home);
  chrome = await browser();
  tab = await open(chrome, window.address);
  tab.page.setDefaultTimeout(12_000);
  await dress(tab.page, 'en', 'light');
});
after(async () => {
  await chrome?.close();
  await window?.stop();
  work.clear();
});

/** Opens the dialog by its place and hands a file over. @param {string} path @param {string} [to] */
async function hand(path, to = 'meetings?report=1') {
  const { page } = tab;
  await visit(page, to);
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await dialog.locator('input[type=file]').setInputFiles(path);
  await dialog.locator('#how-read').waitFor();
  return dialog;
}

test('the meeting, the layout, the order of days and the clock are found and shown, and each can be changed', async () => {
  const { page } = tab;
  const dialog = await hand(report('participants.csv', stays));
  await dialog.getByText('2 more people').waitFor();
  await dialog.getByText(/Begins Monday 12 January 2026, 13:0/).waitFor();
  await dialog.getByRole('combobox', { name: /Meeting January call/ }).waitFor();
  await dialog.getByRole('combobox', { name: /Layout Zoom, list of participants/ }).waitFor();
  await dialog.getByRole('combobox', { name: /Clock of/ }).waitFor();
  await dialog.getByRole('combobox', { name: /Dates are written/ }).click();
  await page.getByRole('option', { name: 'day, month', exact: true }).click();
  await dialog.getByText(/This report begins on Tuesday 1 December 2026/).waitFor();
  await dialog.getByRole('combobox', { name: /Dates are written/ }).click();
  await page.getByRole('option', { name: 'month, day', exact: true }).click();
  await dialog.getByText(/This report begins/).waitFor({ state: 'detached' });
  await settle(page);
  assert.deepEqual(await findings(page), []);
  if (shots) await page.screenshot({ path: `${shots}/report-en-light.png` });
});

test('only strangers are asked about, and a number answers', async () => {
  const { page } = tab;
  const dialog = page.getByRole('dialog');
  const who = dialog.getByRole('region', { name: /Who is this\?/ });
  await who.getByText('iPhone (Tremblay)').waitFor();
  await dialog.getByRole('button', { name: 'Take in without 2' }).waitFor();
  await who.focus();
  const first = (await who.getByRole('button').first().textContent()) ?? '';
  assert.match(first, /Tremblay/);
  await page.keyboard.press('1');
  await who.getByText('Galaxy S21').waitFor();
  await page.keyboard.press('0');
  await dialog.getByText('3 more people').waitFor();
  await dialog.getByText('left out').waitFor();
  await dialog.getByRole('button', { name: 'Take in', exact: true }).click();
  await dialog.getByText('The report is taken in.').waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Show the attendance' }).click();
});

test('devices of one person are united, and the room and the screen joined', async () => {
  const { page } = tab;
  await page.getByRole('row', { name: /Ann McElroy.*13:00 – 13:57.*57.*Zoom/ }).waitFor();
  await page.getByRole('row', { name: /Nikos Eliopoulos.*13:00 – 13:30.*30/ }).waitFor();
});

test('the same file again changes nothing, asks nobody, and says so', async () => {
  const { page } = tab;
  const dialog = await hand(report('again.csv', stays.slice(0, 4)));
  await dialog.getByText('Nothing changes: all of this is noted already.').waitFor();
  await dialog.getByText('a name learned').waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Take in', exact: true }).isDisabled(), true);
  await page.keyboard.press('Escape');
});

test('a corrected file shows its difference before it is taken, and can be taken back', async () => {
  const { page } = tab;
  const corrected = [
    stays[0] ?? [],
    ['Elina Singh', '', '01:02', '01:58'],
    ['Luc', 'nikos.eliopoulos@example.org', '01:20', '01:59'],
  ];
  const dialog = await hand(report('corrected.csv', corrected));
  await dialog.getByText('1 more person, 2 with other times, 1 no longer in it').waitFor();
  const changes = dialog.getByRole('list', { name: /What changes/ });
  await changes.getByRole('listitem').filter({ hasText: 'Elina Singh' }).getByText('13:02 – 13:58').waitFor();
  await changes
    .getByRole('listitem')
    .filter({ hasText: /Tremblay/ })
    .getByText('nothing')
    .waitFor();
  await dialog.getByRole('button', { name: 'Take in', exact: true }).click();
  await dialog.getByText('The report is taken in.').waitFor();
  await dialog.getByRole('button', { name: 'Show the attendance' }).click();
  await page.getByRole('row', { name: /Nikos Eliopoulos.*13:00 – 13:59.*59.*A, Zoom/ }).waitFor();
  const again = await hand(report('first.csv', stays.slice(0, 4)));
  await again.getByRole('button', { name: 'Take in', exact: true }).click();
  await again.getByRole('button', { name: 'Take it back' }).click();
  await again.getByText('The report is taken back; the attendance is as it was before.').first().waitFor();
  await again.getByRole('button', { name: 'Show the attendance' }).click();
  await page.getByRole('row', { name: /Elina Singh.*13:02 – 13:58/ }).waitFor();
});

test('learned names are listed and forgotten', async () => {
  const { page } = tab;
  await visit(page, 'meetings?report=1');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Names learned' }).click();
  await dialog.getByText('iPhone (Tremblay)').waitFor();
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: 'Forget “iPhone (Tremblay)”' }).click();
  await dialog.getByText('No name was learned yet.').waitFor();
  await page.keyboard.press('Escape');
});

test('a table of another platform is read by the columns that a person names', async () => {
  const { page } = tab;
  writeFileSync(
    work.path('other.csv'),
    'Seat,Who,Entered,Left\nA1,Elinor Campbell,2026-01-12 13:00,2026-01-12 13:30\n',
  );
  const dialog = await hand(work.path('other.csv'));
  await dialog.getByText(/does not know this layout/).waitFor();
  await dialog.getByRole('combobox', { name: /Who/ }).click();
  await page.getByRole('option', { name: 'Name', exact: true }).click();
  await dialog.getByText(/1 person recognized/).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
});

const real = join(project, '..', 'shared', 'data');
for (const file of ['zoom-participants.csv', 'zoom-participants-with-meeting.csv', 'teams-attendance-1.csv'])
  test(`the real file ${file} goes through`, { skip: !existsSync(join(real, file)) }, async () => {
    const { page } = tab;
    await visit(page, `meetings?after=${heroes}`);
    await page.getByRole('button', { name: 'Import a report' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(join(real, file));
    await dialog.getByRole('heading', { name: 'How it was read' }).waitFor();
    const who = dialog.getByRole('region', { name: /Who is this\?/ });
    await who.focus();
    await page.keyboard.press('f');
    await who.getByRole('combobox').fill('camp');
    await page.getByRole('option', { name: /Elinor Campbell/ }).click();
    await dialog.getByText('1 person recognized').waitFor();
    await dialog.getByRole('button', { name: /Take in without/ }).click();
    await dialog.getByText('The report is taken in.').waitFor();
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await page.keyboard.press('Escape');
  });

test('axe finds nothing in French and in the dark, narrow and at 200 %', async () => {
  const { page, troubles } = tab;
  await dress(page, 'fr', 'dark');
  await hand(report('french.csv', stays));
  await settle(page);
  assert.deepEqual(await findings(page), []);
  if (shots) await page.screenshot({ path: `${shots}/report-fr-dark.png` });
  for (const [width, height] of [
    [900, 600],
    [640, 400],
  ]) {
    await page.setViewportSize({ width: width ?? 0, height: height ?? 0 });
    await settle(page);
    assert.deepEqual(await findings(page), [], `${width}`);
    if (shots) await page.screenshot({ path: `${shots}/report-${width}.png` });
  }
  assert.deepEqual(troubles, []);
});
