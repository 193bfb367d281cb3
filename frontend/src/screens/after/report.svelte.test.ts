import { expect, it, vi } from 'vitest';
import type { Backend } from '../../backend/backend';
import type { ReportChoices, ReportView } from '../../backend/types';
import { Report } from './report.svelte';

const file = { name: 'participants.csv', size: 10 } as File;

function reportWith(changes = 2) {
  const rows = [14, 22, 30];
  const view = (choices: ReportChoices): ReportView => {
    const named = new Map(choices.answers.map((one) => [one.row, one.member]));
    const strangers = rows
      .filter((row) => (named.get(row) ?? '?') === '?')
      .map((row) => ({ row, name: `n${row}`, email: '', candidates: [] }));
    return {
      meeting: choices.meeting || 'mtg_found',
      strangers,
      strangersAll: strangers.length,
      changesAll: changes,
      columns: [
        { heading: 'Who', field: 'name', example: '' },
        { heading: 'In', field: 'join', example: '' },
      ],
    } as unknown as ReportView;
  };
  const calls = {
    PreviewReport: vi.fn(async (_id: string, choices: ReportChoices) => view(choices)),
    TakeReport: vi.fn(async () => 'job_1'),
    TakeBack: vi.fn(async () => ({ id: '', text: '' })),
  };
  const follow = vi.fn(async () => ({
    ...view({ answers: [] } as unknown as ReportChoices),
    done: true,
    taken: 'scn_1',
  }));
  const work = new Report(calls as unknown as Backend['after'], { upload: async () => 'up_1', follow });
  return { work, calls, follow };
}

const last = (calls: { PreviewReport: { mock: { lastCall?: unknown[] } } }) =>
  calls.PreviewReport.mock.lastCall?.[1] as ReportChoices;

it('finds the meeting, then keeps it', async () => {
  const { work, calls } = reportWith();
  await work.take(file);
  expect(work.step).toBe('look');
  expect(last(calls).meeting).toBe('');
  await work.say({ days: 'day' });
  expect(last(calls)).toMatchObject({ meeting: 'mtg_found', days: 'day' });
});

it('asks about one stranger after the other; an answer counts at once', async () => {
  const { work, calls } = reportWith();
  await work.take(file);
  expect(work.asked?.row).toBe(14);
  const answered = work.answer(14, 'mem_1');
  expect(work.asked?.row).toBe(22);
  expect(work.left).toBe(2);
  await answered;
  work.move(5);
  expect(work.asked?.row).toBe(30);
  await work.answer(30, 'nobody');
  expect(work.asked?.row).toBe(22);
  expect(last(calls).answers).toEqual([
    { row: 14, member: 'mem_1' },
    { row: 30, member: 'nobody' },
  ]);
  await work.ask(14);
  expect(work.asked?.row).toBe(14);
});

it('never gives two columns the same meaning', async () => {
  const { work, calls } = reportWith();
  await work.take(file);
  await work.map(1, 'name');
  expect(last(calls)).toMatchObject({ layout: 'columns', fields: ['', 'name'] });
});

it('takes nothing in that changes nothing', async () => {
  const { work } = reportWith(0);
  await work.take(file);
  expect(work.changes).toBe(false);
});

it('takes in what was said, and takes it back', async () => {
  const { work, calls } = reportWith();
  await work.take(file);
  await work.answer(14, 'mem_1');
  await work.run();
  expect(work.step).toBe('done');
  expect(calls.TakeReport).toHaveBeenCalledWith(
    'up_1',
    expect.objectContaining({ answers: [{ row: 14, member: 'mem_1' }] }),
  );
  await work.takeBack((undo) => undo());
  expect(calls.TakeBack).toHaveBeenCalledWith('scn_1');
  expect(work.back).toBe(true);
});

it('says what is wrong with a file and waits for another', async () => {
  const { work, calls } = reportWith();
  calls.PreviewReport.mockRejectedValueOnce(JSON.stringify({ code: 'not_a_report', text: 'No report.' }));
  await work.take(file);
  expect(work.step).toBe('choose');
  expect(work.trouble?.text).toBe('No report.');
});
