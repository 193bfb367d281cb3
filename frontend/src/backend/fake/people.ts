import { say } from './spoken';
import type { Backend } from '../backend';
import type { ConsentView, HistoryLine, ImportPreview, MemberDetail, MemberRow, Undone } from '../types';
import { matches } from '../../app/finder-words';
import { conflictRows } from './conflicts';
import { emit } from './events';
import { everyone } from './invented';
import { finishedJob } from './session';

const undoing: { text: string; back: () => void }[] = [];
let version = 1;

function wrote(id: string, text: string, back: () => void) {
  undoing.push({ text, back });
  emit('changed', String(++version));
  return { id, text };
}

export function undone(): Undone {
  const last = undoing.pop();
  last?.back();
  emit('changed', String(++version));
  return { any: !!last, text: last ? `Undone: ${last.text}` : 'Nothing to undo.' };
}

function found(id: string): MemberRow {
  const row = everyone.find((member) => member.id === id);
  if (!row) throw JSON.stringify({ code: 'unknown_id', text: 'This member is no longer here.' });
  return row;
}

const history: HistoryLine[] = [
  {
    change: 'c1',
    field: 'Phone',
    from: '450 555 0102',
    to: '450 555 0148',
    when: 'today 9:41',
    who: 'G. Gagnon',
    office: 'Montréal',
    canUndo: true,
  },
  {
    change: 'c2',
    field: 'Title',
    from: 'Conseillère',
    to: 'Mairesse',
    when: '8 Nov',
    who: 'A. Roy',
    office: 'Toronto',
    canUndo: true,
  },
];

const consents = new Map<string, ConsentView>();
const agreed: ConsentView = {
  state: 'given',
  text: 'Express, form of 12 Mar 2026',
  note: 'no end date',
};

function consented(id: string, now: ConsentView) {
  const before = consents.get(id) ?? agreed;
  consents.set(id, now);
  return wrote(id, 'Consent saved.', () => consents.set(id, before));
}

const heights = [
  55, 0, 80, 82, 0, 38, 100, 100, 80, 0, 0, 100, 55, 80, 100, 0, 100, 82, 100, 38, 100, 0, 82, 100,
];

/** Who belongs to an office whose details are not for this one. */
const elsewhere = {
  office: 'Vancouver',
  phone: '',
  email: '',
  language: '',
  mandate: '',
  keptBy: 'Kept by the Vancouver office',
  access: 'The Vancouver office or an administrator can change this record.',
  canEdit: false,
  canMove: false,
  canErase: false,
};

function detail(row: MemberRow): MemberDetail {
  return {
    ...row,
    phone: '+1 450 555 0148',
    communityId: 'c0',
    language: 'fr',
    termStart: '2025-11-07',
    termEnd: '2029-11-04',
    mandate: row.role === 'elected' ? '7 Nov 2025 – 4 Nov 2029' : '',
    zone: '',
    localTime: 'Toronto, 9:41, −05:00',
    office: 'Montréal',
    officeId: 'o1',
    notes: '',
    chapters: [
      { id: 'h1', name: 'Québec' },
      { id: 'h2', name: 'Electeds-only calls' },
    ],
    consent: consents.get(row.id) ?? agreed,
    conflicts: 0,
    attendance: heights.map((share, at) => ({
      meeting: `g${at}`,
      label: `Call ${at + 1}: ${share} %`,
      share: share / 100,
    })),
    attended: '18 of the last 24 calls · 14 h 20 min',
    history,
    ...(row.province === 'BC'
      ? elsewhere
      : { keptBy: '', access: '', canEdit: true, canMove: true, canErase: true }),
  };
}

const preview: ImportPreview = {
  upload: 'upload-list.csv',
  file: 'list.csv',
  encoding: 'Windows-1252, ;',
  columns: [
    { heading: 'Nom', field: 'family', example: 'Tremblay' },
    { heading: 'Prénom', field: 'given', example: 'Élise' },
    { heading: 'Courriel', field: 'email', example: 'elise@example.org' },
    { heading: 'Remarque', field: '', example: 'A confirmé' },
  ],
  rows: 312,
  created: 240,
  updated: 41,
  unchanged: 20,
  refused: [
    { row: 17, name: 'Ann McElroy', member: '', reason: '“ann at example” is not an e-mail address.' },
  ],
  refusedAll: 1,
  duplicates: [
    {
      row: 40,
      name: 'Élise Tremblay',
      member: 'm0',
      reason: 'Same e-mail as Élise Tremblay, Saint-Lin–Laurentides.',
    },
  ],
  duplicatesAll: 1,
  sample: [{ family: 'Tremblay', given: 'Élise', email: 'elise@example.org' }],
  done: false,
  problem: '',
};

export const people: Backend['people'] = {
  Members: async (query) => {
    const rows = everyone.flatMap((row) => {
      if (query.role && row.role !== query.role) return [];
      if (query.province && row.province !== query.province) return [];
      if (!query.text) return [row];
      const family = matches(row.family, query.text);
      const given = matches(row.given, query.text);
      if (!family && !given) return [];
      return [{ ...row, marks: { family: family ?? [], given: given ?? [] } }];
    });
    return {
      rows: rows.slice(query.offset, query.offset + query.limit),
      offset: query.offset,
      total: rows.length,
      all: everyone.length,
      endingSoon: 9,
      took: '0.4 ms',
      ready: true,
    };
  },
  Member: async (id) => detail(found(id)),
  AddMember: async (fields) => {
    const row: MemberRow = {
      id: `m${everyone.length}`,
      family: fields.family ?? '',
      given: fields.given ?? '',
      title: fields.title ?? '',
      email: fields.email ?? '',
      community: 'Barrie',
      province: 'ON',
      role: fields.role ?? 'staff',
      marks: {},
    };
    everyone.unshift(row);
    return wrote(row.id, `Added ${row.given} ${row.family}.`, () => everyone.shift());
  },
  SetMember: async (id, fields) => {
    const row = found(id);
    const before = { ...row };
    Object.assign(row, fields);
    return wrote(id, `Saved. ${Object.keys(fields).join(', ')} of ${row.given} ${row.family}.`, () =>
      Object.assign(row, before),
    );
  },
  MoveChoices: async () =>
    ['Montréal', 'Vancouver'].map((name, at) => ({
      id: `o${at + 1}`,
      name,
      consequences: [`The ${name} office keeps the details from now on: e-mail, phone, consent, notes.`],
    })),
  KnownOf: async (id) => ({
    title: say('What Carnet knows', 'Ce que Carnet sait'),
    note: '',
    text: id,
    sections: [
      {
        title: say('Record', 'Fiche'),
        lines: [{ label: say('E-mail', 'Courriel'), text: 'elise@example.org' }],
      },
    ],
  }),
  SaveKnown: async () => '~/Documents/what-carnet-knows.zip',
  ErasingMember: async () => ({
    name: 'Élise Tremblay',
    consequences: [say('There is no undo.', 'Rien ne la ramène.')],
  }),
  EraseMember: async (id) => ({ id, text: say('Erased here.', 'Effacé ici.') }),
  MoveMember: async (id) => wrote(id, 'Moved.', () => {}),
  SetChapters: async (id) => wrote(id, 'Saved.', () => {}),
  RemoveMember: async (id) => {
    const at = everyone.findIndex((row) => row.id === id);
    const [gone] = everyone.splice(at, 1);
    return wrote(id, 'Removed.', () => gone && everyone.splice(at, 0, gone));
  },
  MergeMembers: async (keep, other) => {
    await people.RemoveMember(other);
    return { id: keep, text: 'Merged.' };
  },
  RecordConsent: async (id, fields) => {
    if (!fields.source?.trim())
      throw JSON.stringify({ code: 'consent_source_missing', text: 'A consent needs its source.' });
    const text = `${fields.basis}, ${fields.source} of ${fields.date || 'today'}`;
    return consented(id, { state: 'given', text, note: '' });
  },
  WithdrawConsent: async (id) =>
    consented(id, { state: 'withdrawn', text: 'Withdrawn today', note: 'only a new express consent counts' }),
  UndoChange: async (_kind, id) => wrote(id, 'Put back.', () => {}),
  Duplicates: async () =>
    [0, 2].map((at) => ({
      a: detail(everyone[at] as MemberRow),
      b: detail(everyone[at + 1] as MemberRow),
      why: 'Same e-mail address',
    })),
  CopyMembers: async (ids) => ids.map((id) => `${found(id).family}\t${found(id).given}`).join('\n'),
  PreviewMembers: async () => preview,
  ImportMembers: async () => finishedJob('Import', { ...preview, done: true }),
  PreviewCommunities: async () => preview,
  ImportCommunities: async () => finishedJob('Import', { ...preview, done: true }),
  ExportMembers: async (_query, format) => `members.${format}`,
  Communities: async (query) => {
    const names = [...new Set(everyone.map((row) => row.community))];
    const rows = names.map((name, at) => ({
      id: `c${at}`,
      name,
      other: '',
      kind: 'Town',
      province: everyone.find((row) => row.community === name)?.province ?? '',
      members: everyone.filter((row) => row.community === name).length,
      marks: matches(name, query.text) ?? [],
    }));
    const fitting = rows.filter((row) => !query.text || row.marks.length > 0);
    return { rows: fitting, offset: 0, total: fitting.length, all: rows.length };
  },
  Community: async (id) => ({
    id,
    name: 'Gatineau',
    nameFr: 'Gatineau',
    kind: 'V',
    kindText: 'City',
    organization: 'Ville de Gatineau',
    province: 'QC',
    country: 'CA',
    zone: '',
    localTime: 'Toronto, 9:41, −05:00',
    external: 'ocd-division/country:ca/csd:2481017',
    members: everyone.slice(0, 3),
    history,
  }),
  AddCommunity: async () => wrote('c0', 'Added.', () => {}),
  SetCommunity: async (id) => wrote(id, 'Saved.', () => {}),
  Chapters: async () =>
    ['Québec', 'Electeds-only calls', 'Ontario', 'Atlantic'].map((name, at) => ({
      id: `h${at + 1}`,
      name,
      kind: at === 1 ? 'caucus' : 'regional',
      members: 120 * (at + 1),
      zone: 'America/Toronto',
      city: 'Toronto',
      audience: at === 1 ? 'elected' : '',
      next: '27 Nov, 12:00',
    })),
  Chapter: async (id) => ({
    id,
    name: 'Québec',
    nameEn: 'Québec',
    nameFr: 'Québec',
    kind: 'regional',
    audience: '',
    audienceText: 'everybody',
    registered: { places: 0, taken: 12, free: -1, waiting: 0, asking: 2, text: '12 registered' },
    zone: 'America/Toronto',
    members: 120,
    coming: [],
    history,
  }),
  AddChapter: async () => wrote('h1', 'Added.', () => {}),
  SetChapter: async (id) => wrote(id, 'Saved.', () => {}),
  Conflicts: async () => conflictRows(),
  Settle: async (id) => wrote(id, 'Kept.', () => {}),
  SettleWith: async (id) => wrote(id, 'Kept.', () => {}),
  SettleSome: async () => ({ id: '', text: 'Settled.' }),
  SettleAll: async () => wrote('', 'Kept.', () => {}),
};
