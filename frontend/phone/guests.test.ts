import { expect, it } from 'vitest';
import { communities, find, splitName, united } from './guests';
import type { Guest } from './wire';

const guest = (handle: string, name: string, community: string): Guest => ({
  ...{ handle, name, community, role: '', inside: false },
});
const all = [
  guest('1', 'Élise Tremblay', 'Saint-Lin–Laurentides'),
  guest('2', 'Jean-Guy Lin', 'Sept-Îles'),
  guest('3', 'ᐄᓕᓯ ᐃᓄᒃ', 'Inukjuak'),
];

it.each([
  ['elise', '1'],
  ['trem el', '1'],
  ['lin', '2 1'],
  ['sept iles', '2'],
  ['ᐄᓕ', '3'],
  ['guy', '2'],
  ['  ', ''],
  ['lise', ''],
])('“%s” finds %s', (text, handles) =>
  expect(
    find(all, text)
      .map((one) => one.handle)
      .join(' '),
  ).toBe(handles),
);

it('takes what the laptop says of somebody over what the phone kept', () => {
  const inside = { ...all[0]!, inside: true };
  expect(united([all[0]!], [inside, all[1]!])).toEqual([inside, all[1]]);
});

it('names each community once', () => expect(communities([...all, ...all])).toHaveLength(3));

it.each([
  ['Noor', null],
  ['Noor  Okafor ', { given: 'Noor', family: 'Okafor' }],
  ['Marie Anne Roy', { given: 'Marie Anne', family: 'Roy' }],
])('“%s” is split', (name, want) => expect(splitName(name)).toEqual(want));
