import { describe, expect, it } from 'vitest';
import { calendar } from '../../app/calendar.svelte';
import { addDays, addMonths, stepFrom, today, weekday, weeksOf } from './month';

describe('the weeks of a month', () => {
  it('begin on Sunday and hold every day once', () => {
    const weeks = weeksOf('2026-11');
    expect(weeks.every((week) => week.length === 7 && weekday(week[0]!) === 0)).toBe(true);
    expect(weeks.flat().filter((day) => day.startsWith('2026-11'))).toHaveLength(30);
  });
  it.each([
    ['2026-02', 4, 'begins on a Sunday and has four weeks exactly'],
    ['2026-05', 6, 'begins on a Friday and reaches into a sixth week'],
    ['2026-11', 5, 'begins on a Sunday and has thirty days'],
  ])('of %s are %i, as it %s', (month, count) => expect(weeksOf(month)).toHaveLength(count));
  it('cross the new year', () => expect(weeksOf('2027-01')[0]![0]).toBe('2026-12-27'));
});

describe('a step', () => {
  it.each([
    ['ArrowLeft', '2026-11-01', '2026-10-31'],
    ['ArrowDown', '2026-11-28', '2026-12-05'],
    ['Home', '2026-11-21', '2026-11-15'],
    ['End', '2026-11-15', '2026-11-21'],
    ['PageDown', '2027-01-31', '2027-02-28'],
    ['PageUp', '2026-03-31', '2026-02-28'],
  ])('by %s leads from %s to %s', (key, from, to) => expect(stepFrom(from, key)).toBe(to));
  it('by another key leads nowhere', () => expect(stepFrom('2026-11-01', 'x')).toBeUndefined());
});

it('days are not moved by the change to summer time', () => {
  expect(addDays('2026-03-07', 1)).toBe('2026-03-08');
  expect(addDays('2026-03-08', 1)).toBe('2026-03-09');
  expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
});

it('today is the day of this machine, late in the evening too', () => {
  expect(today(new Date(2026, 10, 21, 23, 59))).toBe('2026-11-21');
});

it('today is what Go says once it has, whatever the web view takes the zone for', () => {
  calendar.today = '2026-11-22';
  expect(today(new Date(2026, 10, 21, 23, 59))).toBe('2026-11-22');
  calendar.today = '';
});
