/** What stays on the phone when the page or the browser ends: scans that wait, the pairing, the list of people. */
import type { Guest, Pass } from './wire';

/** A pass that the laptop has not taken yet, of the door that it was noted for. */
export interface Waiting {
  pass: Pass;
  door: string;
  label: string; // whose, for the phone's person
  order: number;
  tries: number; // answers of the laptop that it did not take it
}

export interface Pairing {
  token: string;
  door: string;
  title: string;
  station: string;
  until: number; // on this phone's clock
}

export interface Recent {
  nonce: string;
  name: string;
  kind: 'in' | 'out';
  at: number;
  state: 'kept' | 'noted' | 'look' | 'unknown' | 'stuck';
}

export interface Facts {
  pairing: Pairing;
  guests: Guest[];
  recent: Recent[];
  lang: 'en' | 'fr';
}

export interface Keep {
  waiting(): Promise<Waiting[]>;
  /** Is over when the pass is on the phone's disk, and not before. */
  add(waiting: Waiting): Promise<void>;
  drop(nonces: string[]): Promise<void>;
  get<K extends keyof Facts>(name: K): Promise<Facts[K] | undefined>;
  set<K extends keyof Facts>(name: K, value: Facts[K]): Promise<void>;
  forget(names: (keyof Facts)[]): Promise<void>;
}

const version = 1;

/** Opens the browser's own database; fails where a browser keeps nothing. */
export async function openKeep(): Promise<Keep> {
  const opening = indexedDB.open('carnet-door', version);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('passes');
    opening.result.createObjectStore('facts');
  };
  const db = await done(opening);

  /** Does something in one transaction, and waits until it is on the disk. */
  async function write(store: string, work: (objects: IDBObjectStore) => void): Promise<void> {
    const change = db.transaction(store, 'readwrite', { durability: 'strict' });
    work(change.objectStore(store));
    await new Promise<void>((resolve, reject) => {
      change.oncomplete = () => resolve();
      change.onabort = change.onerror = () => reject(change.error ?? new Error('not kept'));
    });
  }

  return {
    waiting: async () => {
      const all = await done<Waiting[]>(db.transaction('passes').objectStore('passes').getAll());
      return all.sort((a, b) => a.order - b.order);
    },
    add: (waiting) => write('passes', (passes) => passes.put(waiting, waiting.pass.nonce)),
    drop: (nonces) => write('passes', (passes) => nonces.forEach((nonce) => passes.delete(nonce))),
    get: (name) => done(db.transaction('facts').objectStore('facts').get(name)),
    set: (name, value) => write('facts', (facts) => facts.put(value, name)),
    forget: (names) => write('facts', (facts) => names.forEach((name) => facts.delete(name))),
  };
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not read'));
  });
}
