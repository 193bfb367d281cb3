/** A forum that is over in the demonstration network, for pictures: seen at three doors and on a screen, with what needs a person. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { carnet } from './window.mjs';

const heading = 'Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest';

/**
 * Makes the forum of three days ago, and a report beside the home that is not taken in yet. Gives its id.
 * @param {string} home
 * @returns {Promise<string>}
 */
export async function attended(home) {
  const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  const made = await carnet(
    home,
    ...['meeting', 'add', '--title', 'Livable Cities Forum', '--title-fr', 'Forum des villes viables'],
    ...['--start', `${day}T09:00`, '--zone', 'America/Toronto', '--minutes', '480', '--audience', 'elected'],
    ...['--place', 'Palais des congrès, Montréal', '--mode', 'hybrid'],
  );
  const elected = await carnet(home, 'member', 'list', '--role', 'elected', '--limit', '160');
  const staff = await carnet(home, 'member', 'list', '--role', 'staff', '--limit', '6');
  const clock = (/** @type {number} */ minutes) =>
    `${String(9 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;
  /** @param {any} member @param {number} from @param {number} to */
  const line = (member, from, to) =>
    `"${member.given} ${member.family}",${member.email},${day} ${clock(from)},${day} ${clock(to)},1,Yes`;
  const lines = [...elected.items.slice(0, 150), ...staff.items.slice(0, 2)].flatMap((member, at) => [
    line(member, (at * 7) % 31, 180 + ((at * 11) % 17)),
    ...(at % 4 ? [line(member, 240 + ((at * 5) % 23), 400 + ((at * 13) % 80))] : []),
  ]);
  const file = (/** @type {string} */ name) => join(home, '..', '..', name);
  writeFileSync(file('forum.csv'), [heading, ...lines].join('\n'));
  await carnet(
    home,
    'import',
    'attendance',
    file('forum.csv'),
    '--meeting',
    made.id,
    '--zone',
    'America/Toronto',
  );
  const [one, two, three] = elected.items.slice(152);
  const passes = /** @type {const} */ ([
    ['in', one.id, '09:02', 'A'],
    ['in', one.id, '09:04', 'C'],
    ['out', two.id, '08:50', 'B'],
    ['in', three.id, '10:15', 'A'],
  ]);
  for (const [way, who, at, door] of passes)
    await carnet(home, 'attendance', way, made.id, who, '--at', `${day}T${at}`, '--station', door);
  const strangers = elected.items.slice(0, 40).map((/** @type {any} */ member) => line(member, 2, 300));
  writeFileSync(
    file('strangers.csv'),
    [heading, ...strangers, `iPhone (${one.family}),,${day} 09:05:00,${day} 11:00:00,1,Yes`].join('\n'),
  );
  return made.id;
}
