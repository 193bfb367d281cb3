import type { Backend } from '../backend';
import type { NetworkView, RemoteView, Start } from '../types';
import { played, say } from './spoken';
import { session } from './session';

let remote: RemoteView = {
  kind: 's3',
  url: 's3://carnet/forum?endpoint=storage.example.org',
  folder: '',
  endpoint: 'storage.example.org',
  bucket: 'carnet',
  prefix: 'forum',
  region: '',
  insecure: false,
  hasCredentials: true,
};
let refused = [
  {
    key: 'log/1lg41er-k4smsiylwypdyzph-42-9f3cq7tjd2m5x6aylv3w4kzb2e',
    reason: say(
      'Its signature is not by a laptop of this network. It was not applied.',
      'Sa signature n’est celle d’aucun portable de ce réseau. Il n’a pas été appliqué.',
    ),
    when: say('today 9:02', 'aujourd’hui 9 h 02'),
    who: 'G. Gagnon · Montréal',
    readable: true,
  },
];
const invitations = [
  {
    id: 'i1',
    coordinator: 'J. Doucet',
    office: 'Halifax',
    role: 'coordinator',
    state: 'open',
    approve: false,
    expires: say('28 Nov', '28 nov.'),
  },
  {
    id: 'i2',
    coordinator: 'K. Lam',
    office: 'Vancouver',
    role: 'admin',
    state: 'used',
    approve: false,
    expires: say('3 Oct', '3 oct.'),
  },
];

const laptop = (
  device: string,
  coordinator: string,
  office: string,
  role: string,
  state: string,
  lastSeen: string,
) => ({
  device,
  coordinator,
  office,
  role,
  state,
  lastSeen,
  mine: device === 'd1',
  asks: false,
  fingerprint: '',
  given:
    state !== 'active' || device === 'd1'
      ? ''
      : say('Has everything of yours', 'A tout ce qui vient de vous'),
  givenTone: 'good',
  taken: device === 'd4' ? say('Something of it is not here yet', 'Il en manque encore ici') : '',
  takenTone: device === 'd4' ? 'wait' : 'good',
});

function view(): NetworkView {
  const alone = played() === 'empty';
  const laptops = [
    laptop('d1', 'A. Roy', 'Toronto', 'admin', 'active', say('now', 'maintenant')),
    laptop('d2', 'G. Gagnon', 'Montréal', 'coordinator', 'active', say('2 min ago', 'il y a 2 min')),
    laptop('d3', 'Accueil 2', 'Montréal', 'door', 'pending', '—'),
    laptop('d4', 'K. Lam', 'Vancouver', 'admin', 'active', say('yesterday 16:05', 'hier 16 h 05')),
    laptop('d5', 'P. Leduc', 'Montréal', 'reader', 'revoked', say('3 Aug', '3 août')),
  ];
  return {
    name: say('Municipal Climate Network', 'Réseau Climat Municipal'),
    id: 'net_1',
    myDevice: 'd1',
    myRole: 'admin',
    myOffice: 'Toronto',
    canAdmin: true,
    offices: ['Toronto', 'Montréal', 'Vancouver', 'Halifax'].map((name, at) => ({
      id: `o${at}`,
      name,
      laptops: 4 - at,
      members: 21034 - at * 6211,
    })),
    laptops: alone ? laptops.slice(0, 1) : laptops,
    invitations: alone ? [] : invitations,
    remote,
    remotes: alone
      ? []
      : [
          {
            name: 'main',
            title: say('Main place', 'Endroit principal'),
            kind: remote.kind,
            url: remote.url,
            main: true,
            text: say('Has everything; last reached 9:41.', 'Tout y est ; joint la dernière fois à 9 h 41.'),
            tone: 'good',
          },
        ],
    policy: { shareCard: true, adminsRead: true },
    lending: { on: false, folder: '', addresses: [] },
    quarantined: alone ? [] : refused,
    unsent: [],
    unsentAll: 0,
    rounds: alone ? [] : rounds(),
  };
}

const rounds = () => [
  {
    when: say('9:41', '9 h 41'),
    text: say(
      'Sent 12 changes, received 3 from Montréal.',
      '12 modifications envoyées, 3 reçues de Montréal.',
    ),
    tone: 'good',
    details: [] as string[],
  },
  {
    when: say('9:12', '9 h 12'),
    text: say(
      'No answer from the bucket. Your 12 changes are safe here and will be sent when it answers.',
      'Le compartiment ne répond pas. Vos 12 modifications sont en sûreté ici et partiront quand il répondra.',
    ),
    tone: 'wait',
    details: [],
  },
  {
    when: say('9:02', '9 h 02'),
    text: say(
      'Received 1 object that failed a check. It is kept aside.',
      '1 objet reçu n’a pas passé une vérification. Il est gardé à part.',
    ),
    tone: 'bad',
    details: [],
  },
];

const still = { state: 'all-sent', tone: 'good', title: '', detail: '', begins: false, percent: 0 };

const begun = async (): Promise<Start> => ({ ...(await session.Start()), state: 'ready' });

export const network: Backend['network'] = {
  View: async () => view(),
  Create: begun,
  Accept: begun,
  ChooseFolder: async () => '/media/stick/carnet',
  TestRemote: async (fields) =>
    fields.kind === 's3' && fields.endpoint.startsWith('nobody')
      ? {
          ok: false,
          code: 'bucket_unreachable',
          text: say(
            'Nobody answers at this address. Check the name of the server.',
            'Personne ne répond à cette adresse. Vérifiez le nom du serveur.',
          ),
        }
      : {
          ok: true,
          code: '',
          text: say(
            'It answers: listed, written, read again and removed a test object.',
            'L’endroit répond : un objet d’essai a été écrit, relu et retiré.',
          ),
        },
  SetRemote: async (fields) => {
    remote = {
      ...fields,
      url: fields.folder || `s3://${fields.bucket}`,
      hasCredentials: fields.access !== '',
    };
    return remote;
  },
  AddOffice: async (name) => ({ id: name, name, laptops: 0, members: 0 }),
  Invite: async (asked) => ({
    file: '{"carnet":"invitation","version":1,"network":"net_1","box":"…"}',
    name: `${asked.coordinator}.carnet-invitation`,
    words: asked.words ? 'castor rivière neige sept lanterne pont' : '',
  }),
  SaveInvitation: async (invitation) => `~/Documents/${invitation.name}`,
  CloseInvitation: async (id) => {
    for (const one of invitations) if (one.id === id) one.state = 'closed';
    return view();
  },
  Revoke: async () => view(),
  SyncNow: async () => still,
  StopRound: async () => still,
  TakeUnsent: async () => ({ id: '', text: say('1 change made again.', '1 modification refaite.') }),
  LetGoUnsent: async () => ({ id: '', text: say('1 change let go.', '1 modification laissée de côté.') }),
  Erasures: async () => [
    {
      key: 'e1',
      when: say('12 Mar', '12 mars'),
      reason: say('The person asked', 'La personne l’a demandé'),
      by: 'A. Roy',
      text: say('1 of 2 laptops has signed', '1 portable sur 2 a signé'),
      signed: 1,
      all: 2,
      whole: false,
      receipts: [
        { coordinator: 'A. Roy', office: 'Toronto', when: say('12 Mar', '12 mars') },
        { coordinator: 'G. Gagnon', office: 'Montréal', when: '' },
      ],
    },
  ],
  Approve: async () => view(),
  Refuse: async () => view(),
  SetLaptop: async () => view(),
  Rotate: async () => view(),
  Rekey: async () => view(),
  SetPolicy: async () => view(),
  NewRecovery: async () => 'castor rivière neige sept lanterne pont',
  Recover: async () => view(),
  Regain: begun,
  SaveWords: async () => '~/Documents/carnet.txt',
  AddRemote: async () => view(),
  RemoveRemote: async () => view(),
  FindLent: async () => [{ address: 'lan://192.0.2.7:7411', who: 'G. Gagnon', office: 'Montréal' }],
  Lend: async () => view(),
  StopLending: async () => view(),
  Review: async (key) => ({
    key,
    note: '',
    all: 1,
    changes: [
      {
        which: 0,
        kind: say('Member', 'Membre'),
        title: 'Élise Tremblay',
        field: say('Phone', 'Téléphone'),
        now: '+1 450 555 0102',
        to: '+1 450 555 0148',
        known: false,
        same: false,
      },
    ],
  }),
  AcceptChanges: async () => ({ id: '', text: say('1 change taken in.', '1 modification acceptée.') }),
  Dismiss: async (key) => {
    refused = refused.filter((one) => one.key !== key);
    return view();
  },
};
