import type { Backend } from '../backend';
import type { MeetingDetail, MeetingRow, PresentRow, SeriesPreview, Today, ZoneTime } from '../types';
import { emit } from './events';
import { everyone } from './invented';
import { played, say } from './spoken';

interface Planned {
  id: string;
  title: [en: string, fr: string];
  start: string; // YYYY-MM-DDTHH:MM in Toronto; empty: to be set
  mode: string;
  status?: string;
  place?: string;
  people: [en: string, fr: string];
  times?: [en: string, fr: string];
}

const chapters = [
  say('Peer network', 'Réseau de pairs'),
  say('Québec chapter', 'Section du Québec'),
  say('Electeds-only call', 'Appel des élus'),
];

const planned: Planned[] = [
  {
    id: 'm1',
    title: [
      'Peer network: misinformation at the local level',
      'Réseau de pairs : désinformation à l’échelle locale',
    ],
    start: '2026-11-25T13:00',
    mode: 'online',
    people: ['126 members', '126 membres'],
    times: [
      'Toronto 13:00 · Vancouver 11:00 · St. John’s 14:30',
      'Toronto 13 h · Vancouver 11 h · St. John’s 14 h 30',
    ],
  },
  {
    id: 'm2',
    title: ['Québec chapter', 'Section du Québec'],
    start: '2026-11-27T12:00',
    mode: 'online',
    people: ['41 members', '41 membres'],
  },
  {
    id: 'm3',
    title: ['Electeds-only call', 'Appel des élus'],
    start: '2026-12-02T14:00',
    mode: 'online',
    people: ['38 members', '38 membres'],
    status: 'tentative',
  },
  {
    id: 'm4',
    title: ['Livable Cities Forum', 'Forum Villes viables'],
    start: '2026-12-09T09:00',
    mode: 'on-site',
    place: 'Montréal',
    people: ['388 members', '388 membres'],
  },
  {
    id: 'm5',
    title: ['Rural working group', 'Groupe de travail rural'],
    start: '2026-12-09T15:00',
    mode: 'online',
    people: ['22 members', '22 membres'],
    status: 'cancelled',
  },
  {
    id: 'm6',
    title: ['Atlantic chapter', 'Section de l’Atlantique'],
    start: '',
    mode: 'online',
    people: ['—', '—'],
  },
  {
    id: 'm7',
    title: ['All-caucus call', 'Appel général'],
    start: '2026-11-18T14:00',
    mode: 'online',
    people: ['84 came', '84 présences'],
  },
  {
    id: 'm8',
    title: ['Québec chapter', 'Section du Québec'],
    start: '2026-11-03T12:00',
    mode: 'online',
    people: ['39 came', '39 présences'],
  },
];

const months: [en: string, fr: string][] = [
  ['Nov', 'nov.'],
  ['Dec', 'déc.'],
];

function hour(time: string): string {
  const [h = '', m = ''] = time.split(':');
  return say(`${Number(h)}:${m}`, m === '00' ? `${Number(h)}\u00a0h` : `${Number(h)}\u00a0h\u00a0${m}`);
}

function row(one: Planned, at: number): MeetingRow {
  const [day = '', time = ''] = one.start.split('T');
  const month = months[day.startsWith('2026-11') ? 0 : 1] ?? ['', ''];
  return {
    id: one.id,
    title: say(...one.title),
    day,
    start: one.start,
    dayText: day ? `${Number(day.slice(8))} ${say(...month)}` : say('to be set', 'à préciser'),
    timeText: time ? hour(time) : '',
    endText: time ? hour(`${Number(time.slice(0, 2)) + 1}:${time.slice(3)}`) : '',
    city: 'Toronto',
    times: one.times ? say(...one.times) : '',
    chapter: chapters[at % 3] ?? '',
    chapterId: 'c1',
    mode: one.mode,
    place: one.place ?? '',
    status: one.status ?? 'confirmed',
    people: say(...one.people),
    past: one.start !== '' && one.start < '2026-11-21',
    series: '',
    moved: false,
    parent: '',
    room: '',
    allDay: false,
    lastDay: '',
    month: '',
  };
}

const rows = () => (played() === 'empty' ? [] : planned.map(row));

const cities: [zone: string, city: string, offset: string, hours: number][] = [
  ['America/St_Johns', 'St. John’s', '−03:30', 1.5],
  ['America/Halifax', 'Halifax', '−04:00', 1],
  ['America/Toronto', 'Toronto', '−05:00', 0],
  ['America/Winnipeg', 'Winnipeg', '−05:00', 0],
  ['America/Regina', 'Regina', '−06:00', -1],
  ['America/Edmonton', 'Edmonton', '−06:00', -1],
  ['America/Vancouver', 'Vancouver', '−07:00', -2],
];

function timesOf(start: string, people: boolean): ZoneTime[] {
  if (!start) return [];
  const minutes = Number(start.slice(11, 13)) * 60 + Number(start.slice(14));
  return cities.map(([zone, city, offset, hours], at) => {
    const there = minutes + hours * 60;
    const time = `${Math.floor(there / 60)}:${String(there % 60).padStart(2, '0')}`;
    return { zone, city, local: hour(time), offset, people: people ? 3 + ((at * 7) % 19) : 0 };
  });
}

const present = (): PresentRow[] =>
  everyone.slice(0, 9).map((member, at) => ({
    member: member.id,
    name: `${member.given} ${member.family}`,
    community: member.community,
    role: member.role,
    firstIn: hour('14:02'),
    lastOut: at === 2 ? '' : hour('14:55'),
    minutes: 53 - at,
    present: at === 2,
    notes:
      at === 4
        ? [
            say(
              'Left without being noted; counted until the end.',
              'Parti sans passage noté ; compté jusqu’à la fin.',
            ),
          ]
        : [],
  }));

const notMeant = (): MeetingDetail['notMeant'] =>
  everyone.slice(1, 2).map((member) => ({
    member: member.id,
    name: `${member.given} ${member.family}`,
    reason: say('Their mandate ended before the meeting.', 'Son mandat a pris fin avant la rencontre.'),
  }));

function detail(id: string): MeetingDetail {
  const at = planned.findIndex((one) => one.id === id);
  const one = planned[at];
  if (!one) throw JSON.stringify({ code: 'unknown_id', text: 'This meeting is no longer here.' });
  const shown = row(one, at);
  return {
    row: shown,
    titleEn: one.title[0],
    titleFr: one.title[1],
    zone: 'America/Toronto',
    minutes: 60,
    url: one.mode === 'on-site' ? '' : 'https://meet.example.org/carnet',
    audience: one.id === 'm3' ? 'elected' : '',
    stations: one.mode === 'on-site' ? ['A', 'B', 'C'] : [],
    times: timesOf(one.start, true),
    present: shown.past ? present() : [],
    notMeant: shown.past ? notMeant() : [],
    summary: shown.past
      ? say('84 came, 2 walk-ins, 48 min on average', '84 présences, 2 hors liste, 48 min en moyenne')
      : '',
    history: [],
    rule: '',
    ruleText: '',
    sessions: [],
    forum: '',
    places: 0,
    note: '',
    noteFr: '',
    audienceText: one.id === 'm3' ? say('Elected only', 'Élus seulement') : say('Everybody', 'Tout le monde'),
    registered: {
      places: 0,
      taken: 34,
      free: -1,
      waiting: 0,
      asking: 0,
      text: say('34 registered', '34 inscriptions'),
    },
  } as unknown as MeetingDetail;
}

const today = (): Today => {
  const empty = played() === 'empty';
  return {
    date: say('Saturday 21 November', 'Samedi 21 novembre'),
    waiting: empty
      ? say('Nothing waits for you', 'Rien ne vous attend')
      : say('3 things wait for you', '3 choses vous attendent'),
    cards: empty ? [] : cards(),
    coming: rows()
      .filter((one) => !one.past)
      .slice(0, 5),
    others: empty ? [] : others(),
    othersTitle: say('Since yesterday, from the other offices', 'Depuis hier, des autres bureaux'),
    chart: {
      title: say('Attendance, last 12 months', 'Présence, 12 derniers mois'),
      bars: [44, 52, 39, 61, 58, 70, 34, 30, 66, 72, 78, 84].map((value, at) => ({
        label: say(`Month ${at + 1}: ${value} attendances`, `Mois ${at + 1} : ${value} présences`),
        value: empty ? 0 : value,
      })),
      left: say('Dec 2025', 'déc. 2025'),
      right: say('1,284 attendances, 211 communities', '1 284 présences, 211 collectivités'),
    },
  };
};

const cards = () => [
  {
    icon: 'clock',
    tone: 'amber',
    title: say('4 meetings change local time', '4 rencontres changent d’heure locale'),
    detail: say(
      'British Columbia, Alberta and Manitoba no longer turn their clocks back.',
      'La Colombie-Britannique, l’Alberta et le Manitoba ne reculent plus l’heure.',
    ),
    action: say('See them', 'Voir et aviser'),
    place: 'meetings',
  },
  {
    icon: 'people',
    tone: 'ink',
    title: say('9 mandates end within 60 days', '9 mandats se terminent d’ici 60 jours'),
    detail: say('Seven in Québec, two in Ontario', 'Sept au Québec, deux en Ontario'),
    action: say('Look', 'Examiner'),
    place: 'members?ends=60',
  },
  {
    icon: 'conflict',
    tone: 'ink',
    title: say('2 conflicts with Toronto', '2 conflits avec Toronto'),
    detail: say(
      'Phone of Élise Tremblay, title of Marc-André Bélisle',
      'Téléphone d’Élise Tremblay, titre de Marc-André Bélisle',
    ),
    action: say('Choose', 'Choisir'),
    place: 'conflicts',
  },
];

const others = () => [
  {
    office: 'Toronto',
    text: say('32 members imported, 4 merged', '32 membres importés, 4 fusionnés'),
    who: 'A. Roy',
    when: hour('17:40'),
  },
  {
    office: 'Vancouver',
    text: say('Electeds-only call moved to 2 December', 'Appel des élus déplacé au 2 décembre'),
    who: 'K. Lam',
    when: hour('16:05'),
  },
  {
    office: 'Halifax',
    text: say('6 members added', '6 membres ajoutés'),
    who: 'J. Doucet',
    when: hour('11:22'),
  },
  {
    office: 'Toronto',
    text: say('Laptop “Door 2” admitted', 'Portable « Accueil 2 » admis'),
    who: 'A. Roy',
    when: hour('9:58'),
  },
];

function wrote(id: string, text: string) {
  emit('changed', id);
  return { id, text };
}

export const meetings: Backend['meetings'] = {
  Today: async () => today(),
  CalendarFile: async (of) =>
    ({ id: of, text: 'calendar.ics' }) as Awaited<ReturnType<Backend['meetings']['CalendarFile']>>,
  Meetings: async (query) =>
    rows().filter((one) => one.title.toLowerCase().includes(query.text.toLowerCase())),
  Meeting: async (id) => detail(id),
  AddMeeting: async (form) => {
    const { title = '', title_fr = '', start = '', mode = 'online', place = '' } = form.fields;
    const id = `m${planned.length + 1}`;
    planned.push({
      id,
      title: [title || title_fr, title_fr || title],
      start,
      mode,
      place,
      people: ['—', '—'],
    });
    return wrote(id, say('The meeting is planned.', 'La rencontre est prévue.'));
  },
  SetMeeting: async (id, form) => {
    const one = planned.find((known) => known.id === id);
    if (one) Object.assign(one, form.fields.status ? { status: form.fields.status } : {});
    return wrote(id, say('Saved.', 'Enregistré.'));
  },
  CancelMeeting: async (id) => {
    const one = planned.find((known) => known.id === id);
    if (one) one.status = 'cancelled';
    return wrote(id, say('The meeting is cancelled.', 'La rencontre est annulée.'));
  },
  AddSeries: async (form) => meetings.AddMeeting(form),
  SetReaching: async (id, _reach, form) => meetings.SetMeeting(id, form),
  EndSeries: async (id) => meetings.CancelMeeting(id),
  AddOccurrence: async (id) => wrote(id, say('The meeting is planned.', 'La rencontre est prévue.')),
  Kept: async () => [],
  PreviewSeries: async (form) =>
    ({
      rule: form.fields.rule ?? '',
      ruleText: say('Every 2 weeks on Wednesday', 'Toutes les 2 semaines, le mercredi'),
      columns: [say('2 Dec', '2 déc.')],
      rows: timesOf(form.fields.start ?? '', true).map((one) => ({
        zone: one.zone,
        city: one.city,
        cells: [one.local],
        people: one.people,
        odd: false,
      })),
      dates: [{ day: '2026-12-02', text: say('Wednesday 2 December', 'Mercredi 2 décembre'), note: '' }],
      count: 52,
      text: say('52 meetings in the next two years', '52 rencontres dans les deux prochaines années'),
    }) as unknown as SeriesPreview,
  PreviewTimes: async (start) => timesOf(start, false),
  Zones: async () => timesOf('2026-11-21T12:00', false),
};
