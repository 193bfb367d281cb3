import { expect, it, vi } from 'vitest';
import { forum } from '../../backend/fake/forum';
import { Badges } from './badges.svelte';
import { ForumScreen, type ForumPlace } from './forum.svelte';

function screenWith(calls: Partial<typeof forum> = {}) {
  const place = {
    write: vi.fn((work) => work()),
    trouble: vi.fn(),
    follow: vi.fn(async () => ({ text: 'They agree.', tone: 'good' })),
    say: vi.fn(),
  } as unknown as ForumPlace;
  return { screen: new ForumScreen('mtg_1', { ...forum, ...calls }, place), place };
}

it('parts the laptops at doors from the others, and makes one of them a door', async () => {
  const { screen } = screenWith();
  await screen.load();
  expect(screen.doors.map((one) => one.door)).toEqual(['A', 'B']);
  await screen.setDoor(screen.others[0]!, 'C');
  expect(screen.doors.map((one) => one.door)).toEqual(['A', 'B', 'C']);
  await screen.setDoor(screen.doors[2]!, '');
  expect(screen.others.map((one) => one.who)).toEqual(['Priya Nair']);
});

it('writes nothing when the same door is chosen again', async () => {
  const SetDoor = vi.fn(forum.SetDoor);
  const { screen } = screenWith({ SetDoor });
  await screen.load();
  await screen.setDoor(screen.doors[0]!, 'A');
  expect(SetDoor).not.toHaveBeenCalled();
});

it('compares the clock once at a time and says what it found', async () => {
  const CompareClock = vi.fn(forum.CompareClock);
  const { screen, place } = screenWith({ CompareClock });
  await Promise.all([screen.compare(), screen.compare()]);
  expect(CompareClock).toHaveBeenCalledTimes(1);
  expect(place.say).toHaveBeenCalledWith('They agree.');
});

it('says nothing when this laptop cannot tell of its battery', async () => {
  const { screen, place } = screenWith({ Tell: async () => Promise.reject(new Error('no')) });
  await screen.tell();
  expect(place.trouble).not.toHaveBeenCalled();
});

it('orders badges for those who are chosen, found without accents', async () => {
  const badges = new Badges('mtg_1', forum, vi.fn());
  await badges.load('l7165');
  expect([badges.format, badges.labels]).toEqual(['l7165', 8]);
  badges.text = 'belisle';
  expect(badges.found.map((one) => one.name)).toEqual(['Marc-André Bélisle']);
  badges.who = 'chosen';
  badges.choose(badges.found[0]!.id, true);
  badges.skip = 7;
  await badges.look();
  expect([badges.plan?.people, badges.plan?.first.length]).toEqual([1, 1]);
  expect(badges.order.members).toEqual([badges.found[0]!.id]);
});

it('has no used labels on paper that is cut, and forgets them with the format', async () => {
  const badges = new Badges('mtg_1', forum, vi.fn());
  await badges.load('l7165');
  badges.skip = 3;
  badges.format = 'a4';
  await badges.look();
  expect([badges.labels, badges.skip]).toEqual([0, 0]);
});
