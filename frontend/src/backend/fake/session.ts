import type { Backend } from '../backend';
import type { Hit } from '../types';
import { emit } from './events';
import { everyone } from './invented';
import { undone } from './people';
import { played } from './spoken';

let keySource = 'keychain';
const jobs = new Map<string, import('../types').Job>();

function preferences(): Record<string, string> {
  if (typeof localStorage === 'undefined') return {};
  return JSON.parse(localStorage.getItem('carnet-fake') ?? '{}') as Record<string, string>;
}

export function finishedJob(title: string, result: unknown): string {
  const id = String(jobs.size + 1);
  const job = { id, title, done: 100, total: 100, state: 'done', result: JSON.stringify(result) };
  jobs.set(id, job);
  emit('job', job);
  return id;
}

export const session: Backend['session'] = {
  Start: async () => ({
    state: ['new', 'locked', 'pending', 'failed'].includes(played()) ? played() : 'ready',
    error: {
      code: 'home_in_use',
      text: 'Carnet is already open on this notebook. Close the other window, then try again.',
    },
    network: 'Municipal Climate Network',
    office: 'Toronto',
    coordinator: 'A. Roy',
    role: 'admin',
    version: '0.1.0',
    home: '~/.local/share/carnet',
    fingerprint: '',
    recovery: '',
    warning: '',
    preferences: preferences(),
  }),
  Unlock: async () => session.Start(),
  SetPreference: async (name, value) => {
    localStorage.setItem('carnet-fake', JSON.stringify({ ...preferences(), [name]: value }));
  },
  Rail: async () => ({
    version: '1',
    members: played() === 'empty' ? 0 : everyone.length,
    communities: 5162,
    chapters: 11,
    meetings: played() === 'empty' ? 0 : 31,
    conflicts: played() === 'empty' ? 0 : 2,
    waiting: 3,
    networkHot: 0,
    requests: played() === 'empty' ? 0 : 6,
    mailHot: played() === 'empty' ? 0 : 3,
    today: new Date().toISOString().slice(0, 10),
    sync: {
      state: 'all-sent',
      tone: 'good',
      title: 'Everything sent and received',
      detail: 'Last round 2 min ago · 14 laptops',
      begins: false,
      percent: 0,
    },
  }),
  Undo: async () => undone(),
  Find: async (text) =>
    everyone
      .filter((member) => `${member.given} ${member.family}`.toLowerCase().includes(text.toLowerCase()))
      .slice(0, 8)
      .map((member): Hit => ({
        kind: 'member',
        id: member.id,
        title: `${member.given} ${member.family}`,
        detail: `${member.title}, ${member.community}`,
        marks: [],
      })),
  Job: async (id) => {
    const job = jobs.get(id);
    if (!job) throw JSON.stringify({ code: 'unknown_id', text: 'No such job.' });
    return job;
  },
  Cancel: async () => {},
  KeyPlace: async () => ({ source: keySource }),
  SetPassphrase: async (passphrase) => {
    keySource = passphrase ? 'passphrase' : 'keychain';
    return { source: keySource };
  },
};
