import type { Backend } from '../backend';
import type { PhonesView } from '../types';
import { say } from './spoken';

let on = false;
let codes = 0;
const rows = ['Zoé', 'Samir'].map((name, at) => ({
  id: `P${at}`,
  name,
  scans: 41 - 30 * at,
  revoked: false,
}));

/** A square that looks like a code and leads nowhere. */
const path = 'M4 4h7v7h-7zM18 4h7v7h-7zM4 18h7v7h-7zM13 5h2v9h-2zM16 14h9v2h-9zM13 18h3v7h-3zM19 20h6v2h-6z';

function view(meeting: string, station: string): PhonesView {
  const closed = {
    on: false,
    meeting,
    station,
    elsewhere: '',
    links: [],
    fingerprint: '',
    code: '',
    lasts: 0,
  };
  if (!on) return { ...closed, until: '', refused: 0, phones: [] } as PhonesView;
  return {
    ...closed,
    on: true,
    links: [{ address: 'https://192.168.7.2:7412/', side: 29, path }],
    fingerprint: Array.from({ length: 32 }, (_, at) =>
      (at * 37 + 16).toString(16).slice(-2).toUpperCase(),
    ).join(':'),
    code: codes % 2 ? '7QK2 M9XD' : 'H4TW 82FA',
    lasts: 288,
    until: say('0:00', '0\u00a0h'),
    refused: 0,
    phones: rows.map((row) => ({
      ...row,
      text: say(
        'Paired at 8:40, last heard of at 9:02',
        'Associé à 8\u00a0h\u00a040, dernières nouvelles à 9\u00a0h\u00a002',
      ),
    })),
  } as PhonesView;
}

export const phones: Backend['phones'] = {
  View: async (meeting, station) => view(meeting, station),
  Open: async (meeting, station) => {
    on = true;
    return view(meeting, station);
  },
  Pair: async (meeting, station) => {
    codes++;
    return view(meeting, station);
  },
  Revoke: async (meeting, station, id) => {
    for (const row of rows) if (row.id === id) row.revoked = true;
    return view(meeting, station);
  },
  Close: async (meeting, station) => {
    on = false;
    return view(meeting, station);
  },
};
