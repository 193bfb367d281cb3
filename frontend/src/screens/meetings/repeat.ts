/** How meetings repeat, as the form offers it, and the rule that Go reads. */
import { weekday, type Day } from './month';

export const repeats = ['never', 'week', 'two-weeks', 'nth', 'month', 'quarter', 'year'] as const;
export type Repeat = (typeof repeats)[number];
export const endings = ['never', 'until', 'count'] as const;
export type Ending = (typeof endings)[number];

const codes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** "3WE" for the third Wednesday; what falls in a fifth week is the last, which every month has. */
function nth(day: Day): string {
  const week = Math.ceil(Number(day.slice(8)) / 7);
  return `${week === 5 ? -1 : week}${codes[weekday(day)]}`;
}

/** The rule from a first day on; empty for a meeting that does not repeat. */
export function ruleFor(
  repeat: Repeat,
  day: Day,
  end: { ending: Ending; until: string; count: string },
): string {
  if (repeat === 'never' || day === '') return '';
  const on: Record<Exclude<Repeat, 'never'>, string> = {
    week: `FREQ=WEEKLY;BYDAY=${codes[weekday(day)]}`,
    'two-weeks': `FREQ=WEEKLY;INTERVAL=2;BYDAY=${codes[weekday(day)]}`,
    nth: `FREQ=MONTHLY;BYDAY=${nth(day)}`,
    month: `FREQ=MONTHLY;BYMONTHDAY=${Number(day.slice(8))}`,
    quarter: `FREQ=MONTHLY;INTERVAL=3;BYDAY=${nth(day)}`,
    year: 'FREQ=YEARLY',
  };
  if (end.ending === 'until' && end.until) return `${on[repeat]};UNTIL=${end.until.replaceAll('-', '')}`;
  if (end.ending === 'count' && end.count) return `${on[repeat]};COUNT=${end.count}`;
  return on[repeat];
}
