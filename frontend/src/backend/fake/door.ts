import type { Backend } from '../backend';
import type { DoorLine, DoorResult, DoorState, MemberRow } from '../types';
import { everyone } from './invented';
import { meetings } from './meetings';
import { say } from './spoken';

const inside = new Set<string>();
let practising = false;
const lines: DoorLine[] = [
  ['Marc-André Bélisle', 'C'],
  ['Ann McElroy', 'A'],
  [say('Unknown code', 'Code inconnu'), 'B'],
  ['Nikos Eliopoulos', 'A'],
  ['Olivier Gélinas', 'B'],
  ['ᐄᓕᓯ Elisi', 'C'],
].map(([name = '', station = ''], at) => ({
  scan: `s${at}`,
  name,
  kind: 'in',
  text: `${station} · 9:01`,
  undone: false,
}));

function state(station: string): DoorState {
  const present = 213 + inside.size;
  return {
    meeting: 'm4',
    title: say('Livable Cities Forum, Montréal', 'Forum Villes viables, Montréal'),
    station: station || say('Door A · Main hall', 'Porte A · Salle principale'),
    stations: ['A', 'B', 'C'],
    room: '',
    rooms: [
      {
        meeting: 'm4c',
        name: say('Room C', 'Salle C'),
        title: say('Heat in cities', 'La chaleur en ville'),
        time: '10:30',
        now: false,
        over: false,
        soon: false,
      },
    ],
    clock: '9:02',
    clockNote: '',
    doors: [
      { name: 'B', text: '9:01' },
      { name: 'C', text: '9:02' },
    ],
    places: 0,
    crowd: 'free',
    crowdText: '',
    chapters: [
      { name: 'Québec', n: 120 },
      { name: 'Ontario', n: 93 },
    ],
    languages: [
      { name: say('French', 'Français'), n: 130 },
      { name: say('English', 'Anglais'), n: 83 },
    ],
    practice: practising,
    tried: 0,
    link: say(
      'No internet · scans stay on this laptop',
      'Sans Internet · les passages restent sur ce portable',
    ),
    linkTone: 'wait',
    present,
    expected: 388,
    presentText: say('here now, of 388 expected', 'présents sur 388 attendus'),
    roles: [
      { role: 'elected', n: 96 },
      { role: 'staff', n: present - 126 },
      { role: 'indigenous-staff', n: 30 },
    ],
    last: lines.slice(0, 10),
  };
}

type About = { [name in keyof DoorResult]?: DoorResult[name] };

function result(station: string, tone: string, title: string, about: About): DoorResult {
  const empty = { name: '', line: '', why: '', advice: '', notes: [], member: '', badge: false, scan: '' };
  return { tone, title, ...empty, state: state(station), ...about };
}

function noted(member: MemberRow, station: string, direction: string): DoorResult {
  const name = `${member.given} ${member.family}`;
  const about = { name, line: `${member.title}, ${member.community}` };
  const again = inside.has(member.id) && direction === 'in';
  if (direction === 'out') inside.delete(member.id);
  else inside.add(member.id);
  lines.unshift({
    scan: `s${lines.length}`,
    name,
    kind: direction,
    text: `${station || 'A'} · 9:02`,
    undone: false,
  });
  if (direction === 'out') return result(station, 'out', say('Goodbye', 'Sortie notée'), about);
  const why = say(
    'Elected · speaks French · first time here',
    'Élue · parle français · première participation',
  );
  if (!again) return result(station, 'in', say('Welcome in', 'Entrée notée'), { ...about, why });
  const since = say('Already in since 9:01, by door C', 'À l’intérieur depuis 9 h 01, par la porte C');
  return result(station, 'look', say('Let in, but look', 'Laissez entrer, mais vérifiez'), {
    ...about,
    why: since,
  });
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export const door: Backend['door'] = {
  Meetings: async () =>
    (await meetings.Meetings({ from: '', to: '', chapter: '', text: '' })).filter((row) => !row.past),
  Open: async (_meeting, station) => state(station),
  Seat: async () => ({ station: '', room: '', noted: '' }),
  Type: async (_meeting, text) =>
    everyone
      .filter((member) => plain(`${member.given} ${member.family}`).includes(plain(text)))
      .slice(0, 8)
      .map((member) => ({
        member: member.id,
        name: `${member.given} ${member.family}`,
        marks: [],
        detail: `${member.title}, ${member.community}`,
        role: member.role,
        inside: inside.has(member.id),
      })),
  Scan: async (_meeting, station, code, direction) => {
    const member = everyone.find((one) => one.id === code);
    if (member) return noted(member, station, direction);
    return result(station, 'unknown', say('Unknown code', 'Code inconnu'), {
      why: say(
        'Nobody on this laptop has it. F2 writes the person down.',
        'Personne sur ce portable ne l’a. F2 inscrit la personne.',
      ),
    });
  },
  WalkIn: async (_meeting, station, { name }) => {
    lines.unshift({
      scan: `s${lines.length}`,
      name,
      kind: 'in',
      text: `${station || 'A'} · 9:02`,
      undone: false,
    });
    return result(station, 'in', say('Welcome in', 'Entrée notée'), { name });
  },
  UndoLast: async (_meeting, station) => {
    const last = lines.find((line) => !line.undone);
    if (last) last.undone = true;
    return result(station, 'out', say('Undone', 'Annulé'), { name: last?.name ?? '' });
  },
  UndoScan: async (scan) => {
    const line = lines.find((one) => one.scan === scan);
    if (line) line.undone = true;
    return result('', 'out', say('Undone', 'Annulé'), { name: line?.name ?? '' });
  },
  Rehearse: async (_meeting, station) => {
    practising = true;
    return state(station);
  },
  EndPractice: async (_meeting, station) => {
    practising = false;
    const text = say('The rehearsal is over.', 'La répétition est terminée.');
    return { scans: 0, text, state: state(station) };
  },
  Inside: async () => ({ title: '', text: say('Nobody inside', 'Personne sur place'), total: 0, rooms: [] }),
  PrintInside: async () => '',
  PrintBadge: async () => '',
};
