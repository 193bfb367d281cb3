import { expect, it, vi } from 'vitest';
import type { InsideView } from '../../backend/types';
import { Inside, type InsideCalls } from './inside.svelte';

const person = (name: string, detail: string) => ({ member: name, name, detail, since: '9:02' });
const view = {
  text: '3 people inside',
  rooms: [
    { name: '', people: [person('Élise Tremblay', 'Lyon'), person('Ann McElroy', 'Barrie')] },
    { name: 'C', people: [person('Kim Lam', 'Montréal')] },
  ],
} as unknown as InsideView;

function insideWith(calls: Partial<InsideCalls>) {
  return new Inside({ Inside: async () => view, PrintInside: async () => '', ...calls }, String);
}

it('lists everybody by room, and finds people by letters without accents', async () => {
  const inside = insideWith({});
  await inside.look('mtg');
  expect(inside.rooms.map((room) => room.people.length)).toEqual([2, 1]);
  inside.text = 'ELISE';
  expect(inside.rooms.flatMap((room) => room.people.map((one) => one.name))).toEqual(['Élise Tremblay']);
  inside.text = 'montreal';
  expect(inside.rooms.map((room) => room.name)).toEqual(['C']);
  inside.text = 'nobody';
  expect(inside.rooms).toEqual([]);
});

it('keeps the list of before when it cannot be read anew', async () => {
  const Inside = vi.fn(async () => view);
  const inside = insideWith({ Inside });
  await inside.look('mtg');
  Inside.mockRejectedValueOnce('closed');
  await inside.look('mtg');
  expect(inside.error).toBe('closed');
  expect(inside.view?.text).toBe('3 people inside');
});

it('says what became of the page', async () => {
  const inside = insideWith({ PrintInside: async () => 'Opened.' });
  await inside.print('mtg');
  expect(inside.said).toBe('Opened.');
});
