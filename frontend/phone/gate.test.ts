import { describe, expect, it, vi } from 'vitest';
import { Gate } from './gate.svelte';
import type { Facts, Keep, Waiting } from './keep';
import { Refusal, Wire, type Guest, type Pass, type Passed, type Trouble } from './wire';

const state = {
  ...{ door: 'd1', title: 'Forum', station: 'A', present: 0, places: 0 },
  ...{ now: '2026-12-09T14:00:00Z', until: '2026-12-10T05:00:00Z' },
};
const guest = (handle: string, name: string): Guest => ({
  handle,
  name,
  community: 'Lyon',
  role: 'staff',
  inside: false,
});
const list = [guest('h1', 'Marie Tremblay'), guest('h2', 'Jean-Guy Bélanger')];

/** A phone's disk, which outlives the gate. */
function disk() {
  const passes = new Map<string, Waiting>();
  const facts: Partial<Facts> = {};
  const keep: Keep = {
    waiting: async () => [...passes.values()].sort((a, b) => a.order - b.order),
    add: async (one) => void passes.set(one.pass.nonce, one),
    drop: async (nonces) => nonces.forEach((nonce) => passes.delete(nonce)),
    get: async (name) => facts[name],
    set: async (name, value) => void (facts[name] = value),
    forget: async (names) => names.forEach((name) => delete facts[name]),
  };
  return { keep, passes, facts };
}

/** A laptop: what it has noted, and what it refuses. */
function laptop() {
  const noted = new Map<string, Pass>();
  const self = {
    noted,
    trouble: '' as Trouble | '',
    loses: 0, // answers that are lost on the way
    tone: 'in' as Passed['tone'],
    door: 'd1',
    asked: [] as string[],
  };
  const answer = (pass: Pass): Passed => {
    const done = self.tone !== 'refused';
    const again = noted.has(pass.nonce);
    if (done && self.tone !== 'unknown') noted.set(pass.nonce, pass);
    return {
      nonce: pass.nonce,
      done,
      again,
      tone: self.tone,
      looks: [],
      since: 0,
      guest: null,
      crowd: 'free',
    };
  };
  const ask = async (input: unknown, init?: RequestInit) => {
    const path = String(input);
    self.asked.push(path);
    const status = { revoked: 401, over: 410, pace: 429, code: 403 }[self.trouble as string];
    if (self.trouble === 'away') throw new TypeError('no network');
    if (status) return new Response('', { status });
    const body = JSON.parse(String(init?.body));
    const said = { ...state, door: self.door };
    if (path === '/api/pair')
      return Response.json({ token: 't', phone: 'P', until: said.until, state: said });
    if (path === '/api/state') return Response.json(said);
    if (path === '/api/list') return Response.json({ items: list, total: list.length });
    if (path === '/api/search') return Response.json({ items: [] });
    const passes = body.passes.map(answer);
    if (self.loses-- > 0) throw new TypeError('reset');
    return Response.json({ passes, state: said });
  };
  return Object.assign(self, { wire: () => new Wire(() => 'en', ask as typeof fetch) });
}

let nonces = 0;
const at = Date.parse(state.now);
const place = () => ({ now: () => at, nonce: () => `n${++nonces}`, sound: () => undefined });

async function paired(there = laptop(), own = disk()) {
  const gate = new Gate(there.wire(), own.keep, place());
  await gate.start();
  await gate.pair('ABCD EFGH', 'Zoé');
  await vi.waitFor(() => expect(gate.guests.length).toBe(2));
  return { gate, there, own };
}

describe('a phone at the door', () => {
  it('notes by a tap, and shows what the laptop says', async () => {
    const { gate, there, own } = await paired();
    await gate.tap(list[0]!);
    expect(gate.said).toMatchObject({ tone: 'in', name: 'Marie Tremblay', community: 'Lyon' });
    expect([there.noted.size, own.passes.size]).toEqual([1, 0]);
    expect(gate.guests[0]?.inside).toBe(true);
  });

  it('has a pass on its disk before the sign, and says so while the laptop is out of reach', async () => {
    const { gate, there, own } = await paired();
    there.trouble = 'away';
    await gate.tap(list[0]!);
    expect(gate.said?.tone).toBe('kept');
    expect(gate.away).toBe(true);
    expect([...own.passes.values()].map((one) => one.pass.handle)).toEqual(['h1']);
    there.trouble = '';
    await gate.look();
    expect([there.noted.size, own.passes.size, gate.away]).toEqual([1, 0, false]);
  });

  it('shows no sign of success when the phone could not keep it', async () => {
    const { gate, there, own } = await paired();
    own.keep.add = () => Promise.reject(new Error('full'));
    await gate.tap(list[0]!);
    expect(gate.said?.tone).toBe('lost');
    expect(there.noted.size).toBe(0);
  });

  it('sends again what it got no answer to, under the same name', async () => {
    const { gate, there } = await paired();
    there.loses = 2;
    await gate.tap(list[0]!);
    expect(gate.said?.tone).toBe('kept');
    await gate.look();
    await gate.look();
    expect([there.noted.size, gate.outgoing.waiting.length]).toEqual([1, 0]);
  });

  it('goes on after a restart with what waited', async () => {
    const { gate, there, own } = await paired();
    there.trouble = 'away';
    for (const one of list) await gate.tap(one);
    const later = new Gate(there.wire(), own.keep, place());
    await later.start();
    expect([later.stage, later.outgoing.waiting.length, later.guests.length]).toEqual(['open', 2, 2]);
    there.trouble = '';
    await vi.waitFor(() => expect(later.away).toBe(true)); // it had asked already
    await later.look();
    expect([...there.noted.values()].map((one) => one.handle)).toEqual(['h1', 'h2']);
  });

  it('tells of badges that turn out to be unknown after a dead spot', async () => {
    const { gate, there } = await paired();
    there.trouble = 'away';
    await gate.badge('CARNETBAAAAAAAAAAAAAAAAAAAAAAAAAA');
    there.trouble = '';
    there.tone = 'unknown';
    await gate.look();
    expect([gate.late, gate.outgoing.recent[0]?.state, gate.outgoing.waiting.length]).toEqual([
      1,
      'unknown',
      0,
    ]);
    await gate.badge('CARNETBAAAAAAAAAAAAAAAAAAAAAAAAAA');
    expect([gate.late, gate.said?.tone]).toEqual([1, 'unknown']);
  });

  it('asks a person about what the laptop does not take, and sends on what it does', async () => {
    const { gate, there } = await paired();
    there.tone = 'refused';
    await gate.tap(list[0]!);
    expect(gate.said?.tone).toBe('refused');
    await gate.look();
    await gate.look();
    expect([gate.outgoing.stuck.length, gate.outgoing.waiting.length]).toEqual([1, 0]);
    there.tone = 'in';
    await gate.tap(list[1]!);
    expect(there.noted.size).toBe(1);
    await gate.outgoing.retry();
    await gate.look();
    expect([there.noted.size, gate.outgoing.stuck.length]).toEqual([2, 0]);
  });

  for (const trouble of ['revoked', 'over'] as const) {
    it(`that is ${trouble} forgets everybody but whom the laptop does not know of`, async () => {
      const { gate, there, own } = await paired();
      there.trouble = 'away';
      await gate.tap(list[0]!);
      there.trouble = trouble;
      await gate.look();
      expect([gate.stage, gate.guests.length, own.passes.size]).toEqual([trouble, 0, 1]);
      expect(own.facts).toEqual({});
    });
  }

  it('does not send to one door what was noted at another', async () => {
    const { gate, there, own } = await paired();
    there.trouble = 'away';
    await gate.tap(list[0]!);
    there.trouble = 'revoked';
    await gate.look();
    there.trouble = '';
    there.door = 'd2';
    gate.again();
    await gate.pair('WXYZ 2345', '');
    await gate.look();
    expect([there.noted.size, gate.outgoing.elsewhere.length, own.passes.size]).toEqual([0, 1, 1]);
  });

  it('ends by itself when the day does, though no laptop says so', async () => {
    const { there, own } = await paired();
    const later = new Gate(there.wire(), own.keep, { ...place(), now: () => at + 24 * 3600_000 });
    await later.start();
    expect(later.stage).toBe('over');
  });

  it('says why it is no door', async () => {
    const there = laptop();
    const gate = new Gate(there.wire(), disk().keep, place());
    await gate.start();
    for (const trouble of ['code', 'pace', 'away'] as const) {
      there.trouble = trouble;
      await gate.pair('ABCDEFGH', '');
      expect([gate.stage, gate.trouble]).toEqual(['pairing', trouble]);
    }
    expect(new Refusal('odd').trouble).toBe('odd');
  });
});
