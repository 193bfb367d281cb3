import type { Backend } from '../backend';
import type {
  AudienceNode,
  AudienceView,
  RegistrationView,
  Registered,
  RequestDetail,
  RequestRow,
} from '../types';
import { emit } from './events';
import { everyone } from './invented';
import { played, say } from './spoken';

const title = () => say('Peer network', 'Réseau de pairs');
const state = (): Registered => ({
  places: 40,
  taken: 34,
  free: 6,
  waiting: 2,
  asking: asked.length,
  text: say('34 of 40 places taken, 2 waiting', '34 places prises sur 40, 2 en attente'),
});

const asked: RequestRow[] = everyone.slice(0, 6).map((member, at) => ({
  id: `req_${at}`,
  for: 'chp_1',
  forTitle: title(),
  status: 'open',
  when: say('today 9:12', 'aujourd’hui 9 h 12'),
  source: say('form.csv', 'formulaire.csv'),
  name: `${member.given} ${member.family}`,
  email: member.email,
  role: member.role,
  community: member.community,
  placed: at !== 3,
  member: at < 2 ? member.id : '',
  memberName: at < 2 ? `${member.given} ${member.family}` : '',
  verdict: at === 2 ? 'not-eligible' : at === 4 ? 'unknown' : 'eligible',
  why:
    at === 2
      ? say('Mandate ended 2026-10-19', 'Mandat terminé le 2026-10-19')
      : say('Role: Municipal staff', 'Rôle : Personnel municipal'),
  registration: '',
  again: at === 5 ? 1 : 0,
}));

const rows = () => (played() === 'empty' ? [] : asked);

function detail(id: string): RequestDetail {
  const row = asked.find((one) => one.id === id) ?? asked[0]!;
  const [given = '', ...family] = row.name.split(' ');
  return {
    row,
    given,
    family: family.join(' '),
    phone: '',
    title: '',
    language: 'en',
    town: row.community,
    text: `${row.name} <${row.email}>, ${row.community}`,
    reason: '',
    state: state(),
    candidates: row.member
      ? []
      : [
          {
            member: 'm1',
            name: row.name,
            community: 'Barrie',
            email: '',
            why: say('same name elsewhere', 'même nom ailleurs'),
            chosen: false,
          },
        ],
    towns: [],
  };
}

const registrations = (of: string): RegistrationView => ({
  id: of,
  title: title(),
  when: say('25 Nov, 13:00', '25 nov., 13 h'),
  state: state(),
  rows: everyone.slice(0, 9).map((member, at) => ({
    id: `reg_${at}`,
    member: member.id,
    name: `${member.given} ${member.family}`,
    community: member.community,
    role: member.role,
    status: ['approved', 'approved', 'approved', 'requested', 'waitlisted', 'declined'][at % 6] ?? '',
    reason: at === 5 ? say('For staff only', 'Réservé au personnel') : '',
    through: at === 1 ? title() : '',
    verdict: at === 5 ? 'not-eligible' : 'eligible',
    why: say('Role: Municipal staff', 'Rôle : Personnel municipal'),
    when: say('12 Nov', '12 nov.'),
    answer: at === 0 ? 'accepted' : '',
    place: at === 4 ? 1 : 0,
  })),
});

const audience = (rule: string, nodes: AudienceNode[]): AudienceView => ({
  rule,
  text: rule || say('Everybody', 'Tout le monde'),
  preset: rule === 'elected' ? 'elected' : '',
  nodes,
  eligible: 126,
  notEligible: 40,
  unknown: 3,
  said: say('126 eligible now, 3 not known', '126 admissibles actuellement, 3 inconnus'),
});

function wrote(id: string, ids: string[] = []) {
  for (const one of ids) asked.splice(asked.findIndex((row) => row.id === one) >>> 0, 1);
  emit('changed', id);
  return { id, text: say('Saved.', 'Enregistré.') };
}

export const requests: Backend['requests'] = {
  Requests: async (_of, status) => rows().filter((row) => status === '' || row.status === status),
  Request: async (id) => detail(id),
  DecideRequests: async (ids) => wrote(ids[0] ?? '', ids),
  DismissRequests: async (ids) => wrote(ids[0] ?? '', ids),
  ReopenRequests: async (ids) => wrote(ids[0] ?? ''),
  MatchRequest: async (id) => wrote(id),
  SetRequest: async (id) => wrote(id),
  AddRequest: async () => wrote('req_9'),
  TakeRequests: async (_of, _upload, text) => ({
    rows: text.split('\n').length,
    created: text.split('\n').length,
    unchanged: 0,
    matched: 0,
    refused: [],
    refusedAll: 0,
    text: say('Taken in.', 'Reçues.'),
  }),
  Targets: async () => [{ id: 'chp_1', title: title(), detail: '', open: asked.length }],
  Registrations: async (of) => registrations(of),
  Register: async (of) => wrote(of),
  DecideRegistrations: async (of) => wrote(of),
  Promote: async (of) => wrote(of),
  Audience: async (rule) =>
    audience(rule, rule ? [{ depth: 0, op: '', name: 'role', values: rule.split(', ') }] : []),
  AudienceOf: async (nodes) => audience(nodes.flatMap((node) => node.values).join(', '), nodes),
  AudienceChoices: async () => ({
    presets: [{ name: 'elected', title: say('Elected only', 'Élus seulement'), rule: 'elected', nodes: [] }],
    conditions: [
      {
        name: 'role',
        title: say('Role', 'Rôle'),
        values: [
          { id: 'elected', name: say('Elected', 'Élu ou élue') },
          { id: 'staff', name: say('Municipal staff', 'Personnel municipal') },
        ],
        people: false,
        day: false,
      },
    ],
  }),
} as Backend['requests'];
