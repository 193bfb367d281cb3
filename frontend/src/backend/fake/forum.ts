import type { Backend } from '../backend';
import type { BadgeRow, ForumLaptop, ForumState, PaperRow } from '../types';
import { emit } from './events';
import { everyone } from './invented';
import { played, say } from './spoken';

const good = (text: string): ForumState => ({ tone: 'good', text, todo: '' });
const wait = (text: string, todo = ''): ForumState => ({ tone: 'wait', text, todo });
const unknown = (text: string, todo = ''): ForumState => ({ tone: 'unknown', text, todo });
const doors: Record<string, { door: string; room: string }> = {
  d1: { door: 'A', room: '' },
  d2: { door: 'B', room: say('Red room', 'Salon rouge') },
};

function laptop(device: string, who: string, mine: boolean): ForumLaptop {
  const at = doors[device] ?? { door: '', room: '' };
  return {
    device,
    who,
    office: 'Montréal',
    mine,
    ...at,
    data: mine
      ? good(say('Everything sent and received', 'Tout est envoyé et reçu'))
      : wait(
          say('Has not said yet that it has everything', 'N’a pas encore dit qu’il a tout'),
          say('Let both exchange once.', 'Laissez les deux échanger une fois.'),
        ),
    clock: mine
      ? good(say('Agrees with that of Ann McElroy', 'S’accorde avec celle d’Ann McElroy'))
      : wait(say('61 minutes ahead', 'En avance de 61 minutes')),
    power: mine ? good(say('Plugged in', 'Branché')) : unknown(say('Not known', 'Inconnue')),
    rehearsal: wait(say('Not yet', 'Pas encore')),
    mayRight: !mine,
  };
}

const people = (): BadgeRow[] =>
  played() === 'empty'
    ? []
    : everyone.slice(0, 60).map((one, at) => ({
        id: one.id,
        name: `${one.given} ${one.family}`,
        community: one.community,
        printed: at > 4,
      }));

const noted = new Set<string>();
const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The row code of an invented person: five letters from their number. */
export const codeOf = (at: number): string =>
  [4, 3, 2, 1, 0].map((place) => letters[Math.floor(at / 30 ** place) % 30]).join('');

function read(row: string): PaperRow {
  const code = row.trim().split(' ')[0]?.toUpperCase() ?? '';
  const member = everyone.find((_, at) => codeOf(at) === code);
  const none = { name: '', community: '', scans: [], in: noted.size, out: 0 };
  if (!member)
    return {
      ...none,
      tone: 'bad',
      code: 'row_unknown',
      text: say(`No row has the code ${code}.`, `Aucune ligne n’a le code ${code}.`),
    };
  return {
    ...none,
    tone: '',
    code: '',
    text: '',
    name: `${member.given} ${member.family}`,
    community: member.community,
  };
}

export const forum: Backend['forum'] = {
  Prepare: async (meeting) => ({
    meeting,
    title: say('Livable Cities Forum', 'Forum Villes viables'),
    when: say('9 Dec, 9:00', '9 déc., 9 h'),
    summary: say('5 things are still to do or to look at.', '5 choses restent à faire ou à vérifier.'),
    tone: 'wait',
    stations: ['A', 'B', 'C'],
    rooms: [say('Red room', 'Salon rouge')],
    laptops: [
      laptop('d1', 'Luc Essai', true),
      laptop('d2', 'Ann McElroy', false),
      laptop('d3', 'Priya Nair', false),
    ],
    doors: wait(say('Door C has no laptop yet.', 'La porte C n’a pas encore de portable.')),
    badges: wait(say('5 of 60 lack a badge that is right', '5 sur 60 n’ont pas d’insigne à jour')),
    sheet: good(say('Printed today 9:02', 'Imprimées aujourd’hui 9 h 02')),
    rehearsal: wait(say('Not yet', 'Pas encore')),
    expected: people().length,
    unprinted: 5,
    mayMark: true,
  }),
  SetDoor: async (_meeting, device, door, room) => {
    doors[device] = { door, room };
    emit('changed', device);
    return { id: device, text: say('Saved.', 'Enregistré.') };
  },
  Tell: async () => false,
  CompareClock: async () => '1',
  ClockCode: async () => 'K7M2PQR',
  AnswerClock: async () => 'T4W9XY2',
  ReadClock: async () => ({ text: say('They agree.', 'Elles s’accordent.'), tone: 'good' }),
  RightClock: async (_meeting, device) => ({ id: device, text: say('Saved.', 'Enregistré.') }),
  BadgeFormats: async () => [
    {
      name: 'a4',
      title: 'A4',
      w: 210,
      h: 297,
      cellW: 95,
      cellH: 67,
      left: 10,
      top: 14.5,
      dx: 95,
      dy: 67,
      cols: 2,
      rows: 4,
    },
    {
      name: 'l7165',
      title: 'L7165',
      w: 210,
      h: 297,
      cellW: 99.1,
      cellH: 67.7,
      left: 4.65,
      top: 13.1,
      dx: 101.6,
      dy: 67.7,
      cols: 2,
      rows: 4,
    },
    {
      name: 'label-62',
      title: '62 mm',
      w: 100,
      h: 62,
      cellW: 100,
      cellH: 62,
      left: 0,
      top: 0,
      dx: 0,
      dy: 0,
      cols: 1,
      rows: 1,
    },
  ],
  BadgePeople: async () => people(),
  PlanBadges: async (order) => {
    const all = people();
    const chosen = {
      all,
      new: all.filter((one) => !one.printed),
      chosen: all.filter((one) => order.members.includes(one.id)),
    };
    const list = chosen[order.who as keyof typeof chosen];
    return {
      people: list.length,
      pages: Math.ceil((list.length + order.skip) / 8),
      text: say(`${list.length} badges`, `${list.length} insignes`),
      first: list.slice(0, 8 - order.skip),
    };
  },
  PrintBadges: async () => '1',
  PrintSheet: async () => '1',
  Paper: async (meeting) => ({
    meeting,
    title: say('Livable Cities Forum', 'Forum Villes viables'),
    stations: ['A', 'B', 'C'],
    days: [{ value: '2026-12-09', label: say('Wednesday 9 December 2026', 'mercredi 9 décembre 2026') }],
  }),
  LookAtRow: async (_sheet, row) => read(row),
  EnterRow: async (_sheet, row) => {
    const said = read(row);
    if (said.tone === 'bad') return said;
    const again = noted.has(row.toUpperCase());
    noted.add(row.toUpperCase());
    return {
      ...said,
      tone: again ? 'again' : 'good',
      text: row.split(' ')[1] ?? '',
      scans: [row.toUpperCase()],
      in: noted.size,
    };
  },
  UndoRow: async (_sheet, scans) => {
    for (const scan of scans) noted.delete(scan);
    return { tone: '', name: '', community: '', text: '', code: '', scans: [], in: noted.size, out: 0 };
  },
};
