import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SeriesPreview, ZoneTime } from '../../backend/types';
import { ruleFor } from './repeat';
import { MeetingForm, readDate, readMinutes, readStations, readTime, type MeetingCalls } from './form.svelte';

describe('a time of day', () => {
  it.each([
    ['13:30', '13:30'],
    ['13 h 30', '13:30'],
    ['13\u00a0h\u00a030', '13:30'],
    ['13h', '13:00'],
    ['1330', '13:30'],
    ['9', '09:00'],
    ['9.05', '09:05'],
    ['24:00', null],
    ['12:60', null],
    ['noon', null],
    ['', null],
  ])('“%s” is %s', (text, time) => expect(readTime(text)).toBe(time));
});

describe('a day', () => {
  it.each([
    ['2026-12-02', '2026-12-02'],
    ['2026-3-8', '2026-03-08'],
    ['2026-02-30', null],
    ['02/12/2026', null],
  ])('“%s” is %s', (text, day) => expect(readDate(text)).toBe(day));
});

it.each([
  ['60', 60],
  ['4', null],
  ['1441', null],
  ['an hour', null],
])('a length of “%s” is %s', (text, minutes) => expect(readMinutes(text)).toBe(minutes));

it('doors are named once each', () =>
  expect(readStations('A, B , ,A,Main hall')).toEqual(['A', 'B', 'Main hall']));

const formWith = (PreviewTimes: MeetingCalls['PreviewTimes']) =>
  new MeetingForm({
    AddMeeting: async () => ({ id: '', text: 'one' }),
    AddSeries: async () => ({ id: '', text: 'many' }),
    PreviewSeries: async () => ({}) as SeriesPreview,
    PreviewTimes,
  });

describe('a form', () => {
  const filled = (change: Partial<MeetingForm>) => {
    const form = formWith(async () => []);
    return Object.assign(form, { title: 'Call', chapter: 'chp_1', zone: 'America/Toronto' }, change);
  };
  it.each([
    [{}, ''],
    [{ date: '2026-12-02', time: '13 h' }, ''],
    [{ title: ' ' }, 'need-title'],
    [{ title: '', titleFr: 'Appel' }, ''],
    [{ chapter: '' }, 'need-chapter'],
    [{ date: 'soon', time: '13:00' }, 'bad-date'],
    [{ date: '2026-12-02' }, 'bad-time'],
    [{ time: '13:00' }, 'bad-date'],
    [{ minutes: '0' }, 'bad-minutes'],
  ])('with %o lacks “%s”', (change, wrong) => {
    const form = filled(change);
    form.check();
    expect(form.wrong).toBe(wrong);
  });

  it('writes the anchor as a local time, and no door for a meeting online', () => {
    const form = filled({ date: '2026-12-02', time: '13 h 30', stations: 'A, B', place: 'Hall' });
    expect(form.fields()).toMatchObject({ fields: { start: '2026-12-02T13:30', place: '' }, stations: [] });
    form.mode = 'hybrid';
    expect(form.fields().stations).toEqual(['A', 'B']);
  });
});

describe('a form for many', () => {
  const weekly = (change: Partial<MeetingForm> = {}) =>
    Object.assign(
      formWith(async () => []),
      { title: 'Call', chapter: 'chp_1', zone: 'America/Toronto', date: '2026-12-02', time: '13:00' },
      { repeat: 'two-weeks' },
      change,
    );

  it('is a series with its rule', async () => {
    expect(weekly().fields().fields).toMatchObject({ rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=WE' });
    expect((await weekly().add()).text).toBe('many');
    expect((await weekly({ repeat: 'never' }).add()).text).toBe('one');
  });

  it.each([
    [{ date: '', time: '' }, 'bad-date'],
    [{ ending: 'until', until: '2026-11-01' }, 'bad-until'],
    [{ ending: 'until', until: '2027-06-30' }, ''],
    [{ ending: 'count', count: '0' }, 'bad-count'],
    [{ places: 'many' }, 'bad-places'],
  ] as const)('with %o lacks “%s”', (change, wrong) => {
    const form = weekly(change);
    form.check();
    expect(form.wrong).toBe(wrong);
  });

  it('takes whole days, and a month that is all that is known', () => {
    const forum = weekly({ kind: 'days', days: '3' });
    expect(forum.fields().fields).toMatchObject({ start: '2026-12-02', minutes: '4320' });
    expect(forum.fields().fields.rule).toBeUndefined();
    const someday = weekly({ kind: 'tentative', month: '2027-06', note: 'Details to follow' });
    expect(someday.check()).toBe(true);
    expect(someday.fields().fields).toMatchObject({ start: '2027-06', status: 'tentative' });
  });
});

describe('a rule', () => {
  const forever = { ending: 'never', until: '', count: '' } as const;
  it.each([
    ['nth', '2026-12-16', 'FREQ=MONTHLY;BYDAY=3WE'],
    ['nth', '2026-12-30', 'FREQ=MONTHLY;BYDAY=-1WE'],
    ['month', '2026-12-05', 'FREQ=MONTHLY;BYMONTHDAY=5'],
    ['quarter', '2026-12-03', 'FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH'],
    ['never', '2026-12-03', ''],
  ] as const)('%s from %s is %s', (repeat, day, rule) => expect(ruleFor(repeat, day, forever)).toBe(rule));

  it('ends on a day or after a number', () => {
    expect(ruleFor('week', '2026-12-02', { ending: 'until', until: '2027-06-30', count: '' })).toContain(
      ';UNTIL=20270630',
    );
    expect(ruleFor('week', '2026-12-02', { ending: 'count', until: '', count: '6' })).toContain(';COUNT=6');
  });
});

describe('the preview', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('asks once for many letters, and shows the newest answer', async () => {
    const PreviewTimes = vi.fn(async (start: string) => [{ local: start } as ZoneTime]);
    const form = Object.assign(formWith(PreviewTimes), { zone: 'America/Toronto', date: '2026-12-02' });
    for (const time of ['1', '13', '13:3', '13:30']) {
      form.time = time;
      void form.preview();
    }
    await vi.runAllTimersAsync();
    expect(PreviewTimes).toHaveBeenCalledTimes(1);
    expect(form.times[0]?.local).toBe('2026-12-02T13:30');
  });

  it('is empty while there is no time', async () => {
    const form = formWith(async () => [{} as ZoneTime]);
    void form.preview();
    await vi.runAllTimersAsync();
    expect(form.times).toEqual([]);
  });
});
