import type { Backend } from '../backend';
import type { AfterRow, AfterView, NoteRow, ReportChoices, ReportView } from '../types';
import { emit } from './events';
import { everyone } from './invented';
import { played, say } from './spoken';

const came = everyone.slice(0, 214);
const nameOf = (at: number) => `${came[at]?.given ?? ''} ${came[at]?.family ?? ''}`;
const written = (text: string) => {
  emit('changed', 'after');
  return { id: 'mtg_1', text };
};

const notes: NoteRow[] = [
  ['two_doors', 0, '9:04', 'In at A 9:02 and at C 9:04.', 'Deux entrées : A à 9 h 02, puis C à 9 h 04.'],
  [
    'not_eligible',
    2,
    '9:10',
    'Role: Municipal staff; wanted: Elected',
    'Rôle : Personnel municipal; voulu : Élu',
  ],
  [
    'no_departure',
    4,
    '17:00',
    'No departure was noted; counted until 17:00.',
    'Aucun départ noté; compté jusqu’à 17 h.',
  ],
].map(([code, at, clock, en, fr]) => ({
  id: `stl_${code}`,
  member: came[Number(at)]?.id ?? '',
  name: nameOf(Number(at)),
  community: came[Number(at)]?.community ?? '',
  code: String(code),
  kind: String(code),
  at: String(clock),
  text: say(String(en), String(fr)),
  settled: '',
}));

let rule = 'end';

const view = (): AfterView => ({
  id: 'mtg_1',
  title: say('Livable Cities Forum', 'Forum des villes viables'),
  when: say('Tuesday 9 June 2026, 9:00', 'mardi 9 juin 2026, 9 h'),
  ended: true,
  came: say('214 came, 12 walk-ins, 312 min on average', '214 présences, 12 hors liste, 312 min en moyenne'),
  closed: say(
    'Who was not seen leaving counts until the end, 17:00.',
    'Qui n’a pas été vu en train de partir compte jusqu’à la fin, 17 h.',
  ),
  rule,
  ruleAt: '2026-06-09T17:00',
  until: say('17:00', '17 h'),
  figures: [
    ['invited', 'invited', 388],
    ['registered', 'registered', 231],
    ['came', 'came', 214],
    ['absent', 'registered, did not come', 29],
    ['walk_ins', 'not on the list', 12],
    ['first_timers', 'there for the first time', 61],
    ['late', 'came over 10 min late', 44],
    ['left_early', 'left over 10 min early', 23],
    ['minutes', 'minutes', 66768],
    ['median', 'minutes, half stayed longer', 318],
  ].map(([key, label, value]) => ({ key: String(key), label: String(label), value: Number(value) })),
  groups: [
    {
      kind: 'role',
      title: say('By role', 'Par rôle'),
      rows: [
        { name: say('Elected', 'Élus'), people: 120, minutes: 37440 },
        { name: say('Municipal staff', 'Personnel municipal'), people: 94, minutes: 29328 },
      ],
    },
  ],
  over: Array.from({ length: 97 }, (_, at) => ({
    at: `${9 + Math.floor(at / 12)}:${String((at % 12) * 5).padStart(2, '0')}`,
    label: `${at}`,
    inside: Math.round(214 * Math.sin((Math.PI * at) / 96)),
  })),
  notes:
    played() === 'empty'
      ? []
      : [...notes].sort((a, b) => Number(a.settled !== '') - Number(b.settled !== '')),
  waiting: notes.filter((note) => note.settled === '').length,
  online: true,
});

const rows = (): AfterRow[] =>
  came.map((member, at) => ({
    member: member.id,
    name: nameOf(at),
    community: member.community,
    role: member.role,
    stays: at % 5 ? '9:02 – 12:10, 13:05 – 16:48' : '9:30 – 17:00',
    minutes: at % 5 ? 411 : 450,
    present: false,
    marks: [...(at % 9 === 0 ? ['late'] : []), ...(at % 17 === 0 ? ['first_time'] : [])],
    sources: at % 7 ? 'A, C' : 'Zoom',
    notes: at === 0 ? 1 : 0,
  }));

const strangers = [
  {
    row: 14,
    name: 'iPhone (Élise)',
    email: '',
    candidates: [0, 1, 2].map((at) => ({
      member: came[at]?.id ?? '',
      name: nameOf(at),
      detail: came[at]?.community ?? '',
    })),
  },
  { row: 22, name: 'Galaxy S21', email: 'galaxy@example.org', candidates: [] },
];

function report(upload: string, choices: ReportChoices, done: boolean): ReportView {
  const answered = new Map(choices.answers.map((one) => [one.row, one.member]));
  return {
    upload,
    file: upload.replace('upload-', ''),
    meeting: choices.meeting || 'mtg_1',
    title: say('All-caucus call', 'Appel de tout le caucus'),
    when: say('Monday 16 May 2022, 14:00', 'lundi 16 mai 2022, 14 h'),
    occasions: [
      { id: 'mtg_1', title: say('All-caucus call', 'Appel de tout le caucus'), when: '16 May, 14:00' },
    ],
    far: '',
    layout: choices.layout || 'zoom-participants',
    layouts: [
      { id: 'zoom-participants', name: 'Zoom' },
      { id: 'columns', name: say('Another table', 'Un autre tableau') },
    ],
    days: choices.days || 'month',
    guessed: choices.days === '',
    first: say('Monday 16 May 2022, 13:58', 'lundi 16 mai 2022, 13 h 58'),
    zone: choices.zone || 'America/Toronto',
    city: 'Toronto',
    columns: ['Name', 'Email', 'Join Time', 'Leave Time'].map((heading, at) => ({
      heading,
      field: ['name', 'email', 'join', 'leave'][at] ?? '',
      example: '',
    })),
    problem: '',
    rows: 61,
    people: 40 + answered.size,
    added: 42,
    removed: 0,
    unchanged: 0,
    said: say('42 more people', '42 personnes de plus'),
    unlearned: '',
    strangers: strangers.filter((one) => !answered.has(one.row)),
    strangersAll: strangers.filter((one) => !answered.has(one.row)).length,
    known: strangers
      .filter((one) => answered.has(one.row))
      .map((one) => ({
        row: one.row,
        name: one.name,
        member: answered.get(one.row) ?? '',
        memberName: nameOf(0),
        how: 'answer',
      })),
    changes: [{ member: 'm1', name: nameOf(1), before: '14:00 – 15:00', after: '14:00 – 15:30' }],
    changesAll: 1,
    skipped: [
      {
        row: 9,
        name: 'Waiting One',
        member: '',
        reason: say('in the waiting room only', 'en salle d’attente seulement'),
      },
    ],
    skippedAll: 1,
    done,
    taken: done ? 'scn_1' : '',
  };
}

export const after: Backend['after'] = {
  View: async () => view(),
  People: async () => (played() === 'empty' ? [] : rows()),
  Settle: async (_meeting, ids, as) => {
    for (const note of notes) if (ids.includes(note.id)) note.settled = as;
    return written(say('Settled.', 'Réglé.'));
  },
  SetClosing: async (_meeting, chosen) => {
    rule = chosen.includes('T') ? 'time' : chosen;
    return written(view().closed);
  },
  Export: async (_meeting, format) => `attendance.${format}`,
  PreviewReport: async (upload, choices) => report(upload, choices, false),
  TakeReport: async () => 'job_1',
  TakeBack: async () => written(say('Taken back.', 'Retiré.')),
  LearnedNames: async () => [
    { name: 'iPhone (Élise)', member: 'm0', memberName: nameOf(0), community: 'Barrie' },
  ],
  ForgetName: async () => written(say('Forgotten.', 'Oublié.')),
} as Backend['after'];
