/** Days as text, YYYY-MM-DD, and the weeks of a month. Counted in UTC, so that no zone moves a day. */

import { calendar } from '../../app/calendar.svelte';

export type Day = string; // YYYY-MM-DD
export type Month = string; // YYYY-MM

const format = (date: Date): Day => date.toISOString().slice(0, 10);
const read = (day: Day): Date => new Date(`${day}T00:00:00Z`);

/** The day that it is where this machine is, as Go says; until it has, as the machine's own clock has it. */
export function today(now = new Date()): Day {
  if (calendar.today) return calendar.today;
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export const monthOf = (day: Day): Month => day.slice(0, 7);

export function addDays(day: Day, days: number): Day {
  const date = read(day);
  date.setUTCDate(date.getUTCDate() + days);
  return format(date);
}

/** The same day so many months on; the 31st becomes the last day of a shorter month. */
export function addMonths(day: Day, months: number): Day {
  const date = read(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return format(date);
}

/** The days from one to another, both included; at most a fortnight. */
export function daysTo(first: Day, last: Day): Day[] {
  const days = [first];
  while (days.at(-1)! < last && days.length < 14) days.push(addDays(days.at(-1)!, 1));
  return days;
}

/** 0 is Sunday, on which weeks begin in both of Canada's languages. */
export const weekday = (day: Day): number => read(day).getUTCDay();

/** The weeks that hold a month, each of seven days, with the neighbours' days that complete them. */
export function weeksOf(month: Month): Day[][] {
  const first = `${month}-01`;
  const weeks: Day[][] = [];
  let day = addDays(first, -weekday(first));
  do {
    weeks.push(Array.from({ length: 7 }, (_, at) => addDays(day, at)));
    day = addDays(day, 7);
  } while (monthOf(day) === month);
  return weeks;
}

/** Where a key leads from a day; undefined for a key that moves nothing. */
export function stepFrom(day: Day, key: string): Day | undefined {
  const steps: Record<string, () => Day> = {
    ArrowLeft: () => addDays(day, -1),
    ArrowRight: () => addDays(day, 1),
    ArrowUp: () => addDays(day, -7),
    ArrowDown: () => addDays(day, 7),
    Home: () => addDays(day, -weekday(day)),
    End: () => addDays(day, 6 - weekday(day)),
    PageUp: () => addMonths(day, -1),
    PageDown: () => addMonths(day, 1),
  };
  return steps[key]?.();
}
