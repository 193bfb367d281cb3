import { expect, it } from 'vitest';
import { monthOptions } from './months';

it('months to choose from go on over the year, and begin with none at all', () => {
  const values = monthOptions('', '2026-11').map((one) => one.value);
  expect(values.slice(0, 4)).toEqual(['', '2026-11', '2026-12', '2027-01']);
  expect(values).toHaveLength(25);
});

it('the month that is written stands among them though it has passed', () => {
  expect(monthOptions('2026-06', '2026-11')[1]?.value).toBe('2026-06');
  expect(monthOptions('2027-06', '2026-11').filter((one) => one.value === '2027-06')).toHaveLength(1);
});
