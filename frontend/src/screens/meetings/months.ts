/** The months that a meeting to be set may be in. */
import type { Option } from '../../components/options';
import { t, words } from '../../words/words.svelte';
import { monthOf, today } from './month';

const shown = 24;

/** From this month on, with the one that is written though it is another; none of them when not even the month is known. */
export function monthOptions(present: string, from = monthOf(today())): Option[] {
  const first = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1;
  const months = Array.from({ length: shown }, (_, step) => monthAt(first + step));
  const all = present && !months.includes(present) ? [present, ...months] : months;
  return [
    { value: '', label: t('meetings.month.none') },
    ...all.map((value) => ({ value, label: monthName(value) })),
  ];
}

function monthAt(count: number): string {
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** A month with its year, in words. */
export function monthName(month: string): string {
  return words.maybe(`meetings.month.name.${month.slice(5, 7)}`, month).replace('{year}', month.slice(0, 4));
}
