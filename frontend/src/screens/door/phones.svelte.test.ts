import { describe, expect, it, vi } from 'vitest';
import { phones as fake } from '../../backend/fake/phones';
import type { PhonesView } from '../../backend/types';
import { minutes, Phones, type PhonesCalls } from './phones.svelte';

const door = () => ({ meeting: 'mtg_1', station: 'A' });
const panel = (calls: Partial<PhonesCalls> = {}) => new Phones({ ...fake, ...calls }, door, String);

describe('the panel of phones', () => {
  it('opens this door, shows a code and its picture, and another one when asked', async () => {
    const phones = panel();
    await phones.look();
    expect(phones.view?.on).toBe(false);
    await phones.open();
    expect(phones.view?.code).toMatch(/^\w{4} \w{4}$/);
    expect(phones.link?.path).toContain('M4 4h7');
    const first = phones.view?.code;
    await phones.another();
    expect(phones.view?.code).not.toBe(first);
  });

  it('shuts one phone out and ends for all', async () => {
    const phones = panel();
    await phones.open();
    await phones.revoke('P1');
    expect(phones.view?.phones.map((one) => one.revoked)).toEqual([false, true]);
    await phones.close();
    expect(phones.view?.on).toBe(false);
  });

  it('says what went wrong and keeps what it showed', async () => {
    const phones = panel({ Open: () => Promise.reject('no port') });
    await phones.look();
    await phones.open();
    expect([phones.error, phones.view?.on, phones.busy]).toEqual(['no port', false, false]);
  });

  it('an answer that comes late does not hide a newer one', async () => {
    let answer: (view: PhonesView) => void = () => undefined;
    const late = vi.fn(() => new Promise<PhonesView>((resolve) => (answer = resolve)));
    const phones = panel({ View: late });
    const looking = phones.look();
    await phones.open();
    answer({ on: false } as PhonesView);
    await looking;
    expect(phones.view?.on).toBe(true);
  });

  it('says seconds as minutes', () => {
    expect([minutes(288), minutes(60), minutes(5)]).toEqual(['4:48', '1:00', '0:05']);
  });
});
