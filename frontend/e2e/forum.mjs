/** A forum with doors and people who are expected, for the tests of what comes before it and of its paper. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { found, longList } from './network.mjs';
import { carnet } from './window.mjs';

/**
 * Makes a network with a forum of two doors, and so many more people in its chapter.
 * @param {string} home
 * @param {(name: string) => string} file
 * @param {number} more
 */
export async function forumOf(home, file, more) {
  await found(home, file);
  longList(file('more.csv'), more);
  const [head = '', ...lines] = readFileSync(file('more.csv'), 'utf8').split('\n');
  const chapterAt = head.split(',').findIndex((one) => one.includes('Chapter'));
  const placed = lines.map((line) => {
    const cells = line.split(',');
    cells[chapterAt] = '"Quebec"';
    return cells.join(',');
  });
  writeFileSync(file('more.csv'), [head, ...placed].join('\n'));
  await carnet(home, 'import', 'members', file('more.csv'));
  const made = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Livable Cities Forum', '--title-fr', 'Forum Villes viables'],
    ...['--chapter', 'Quebec', '--start', '2028-12-09T09:00', '--zone', 'America/Toronto'],
    ...['--minutes', '480', '--mode', 'on-site', '--place', 'Montréal'],
    ...['--station', 'A', '--station', 'B'],
  );
  return made.id;
}

/**
 * The row codes that stand on a printed roster, as a person reads them.
 * @param {string} home
 * @param {string} meeting
 * @param {string} file
 */
export async function paperCodes(home, meeting, file) {
  await carnet(home, 'sheet', '--meeting', meeting, '--station', 'A', '--out', file);
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  return [...text.matchAll(/^\s{0,12}([2-9A-HJKMNP-Z]{5,9})\s{2,}\S/gm)].map((match) => match[1] ?? '');
}
