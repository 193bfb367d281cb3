import { expect, it } from 'vitest';
import type { ZoneTime } from '../../backend/types';
import { usualZone, zoneOptions } from './zones';

const zone = (zone: string, city: string, offset: string) => ({ zone, city, offset }) as ZoneTime;
const zones = [
  zone('America/St_Johns', 'St. John’s', '−03:30'),
  zone('America/Vancouver', 'Vancouver', '−07:00'),
];

it('zones are named by city and offset', () => {
  expect(zoneOptions(zones)[1]).toEqual({ value: 'America/Vancouver', label: 'Vancouver, −07:00' });
});

it('a zone that is chosen but not listed stays choosable', () => {
  expect(zoneOptions(zones, 'Asia/Tokyo')[0]?.value).toBe('Asia/Tokyo');
});

it('a new meeting begins in this machine’s zone when it is known', () => {
  expect(usualZone(zones, 'America/Vancouver')).toBe('America/Vancouver');
  expect(usualZone(zones, 'Etc/UTC')).toBe('America/St_Johns');
  expect(usualZone([], 'Etc/UTC')).toBe('');
});
