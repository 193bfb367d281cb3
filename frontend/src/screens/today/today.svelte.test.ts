import { describe, expect, it } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { Rail, Today } from '../../backend/types';
import { heightOf, TodayScreen } from './today.svelte';

const screenWith = async (cards: number, laptops: number) => {
  const calls = {
    meetings: { Today: async () => ({ cards: Array(cards).fill({}) }) as unknown as Today },
    network: { View: async () => ({ laptops: Array(laptops).fill({}) }) },
  } as unknown as Backend;
  const screen = new TodayScreen(calls, String);
  await screen.load();
  await screen.countLaptops();
  return screen;
};
const rail = (members: number, meetings: number) => ({ members, meetings }) as Rail;

describe('the first steps', () => {
  it('are all three in an empty network', async () => {
    expect((await screenWith(0, 1)).steps(rail(0, 0))).toEqual(['import', 'invite', 'plan']);
  });
  it('leave out what is done', async () => {
    expect((await screenWith(0, 1)).steps(rail(12, 3))).toEqual(['invite']);
  });
  it('do not stand beside things that wait for a person', async () => {
    expect((await screenWith(2, 1)).steps(rail(0, 0))).toEqual([]);
  });
  it('wait until the counts are known', async () => {
    expect((await screenWith(0, 1)).steps(null)).toEqual([]);
  });
});

it('says what went wrong and keeps what was shown', async () => {
  const screen = await screenWith(1, 1);
  const broken = new TodayScreen(
    { meetings: { Today: () => Promise.reject('no') } } as unknown as Backend,
    String,
  );
  await broken.load();
  expect(broken.trouble).toBe('no');
  expect(screen.today).not.toBeNull();
});

describe('the height of a bar', () => {
  it('is a share of the tallest', () => expect(heightOf(50, [50, 100])).toBe(50));
  it('is never invisible for a month with people', () => expect(heightOf(1, [1, 1000])).toBe(4));
  it('is nothing for an empty month, and for an empty year', () => expect(heightOf(0, [0, 0])).toBe(0));
});
