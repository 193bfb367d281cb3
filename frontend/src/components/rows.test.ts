import { describe, expect, it, vi } from 'vitest';
import { pageSize, RowWindow, type Stretch } from './rows.svelte';

/** A list whose answers are given by hand, to have them come in any order. */
function asked() {
  const questions: { offset: number; answer: (total: number, name: string) => void; fail: () => void }[] = [];
  const failed = vi.fn();
  const rows = new RowWindow<string>(
    (offset, limit) =>
      new Promise<Stretch<string>>((resolve, reject) => {
        questions.push({
          offset,
          fail: () => reject(new Error('no answer')),
          answer: (total, name) => {
            const many = Math.max(0, Math.min(limit, total - offset));
            resolve({
              offset,
              total,
              rows: Array.from({ length: many }, (_, at) => `${name} ${offset + at}`),
            });
          },
        });
      }),
    failed,
  );
  return { rows, questions, failed };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the rows of a long list', () => {
  it('are read as they are looked at, each page once', async () => {
    const { rows, questions } = asked();
    void rows.restart();
    questions[0]?.answer(100_000, 'a');
    await turn();
    expect(rows.total).toBe(100_000);
    expect(rows.row(0)).toBe('a 0');
    expect(rows.row(50_045)).toBeUndefined();
    rows.row(50_046);
    await turn();
    expect(questions).toHaveLength(2);
    expect(questions[1]?.offset).toBe(Math.floor(50_045 / pageSize) * pageSize);
    questions[1]?.answer(100_000, 'a');
    await turn();
    expect(rows.row(50_045)).toBe('a 50045');
  });

  it('of an older question never replace those of a newer one', async () => {
    const { rows, questions } = asked();
    void rows.restart();
    void rows.restart();
    questions[1]?.answer(5, 'new');
    await turn();
    questions[0]?.answer(900, 'old');
    await turn();
    expect(rows.total).toBe(5);
    expect(rows.row(0)).toBe('new 0');
  });

  it('stay until the next are there, so that nothing flickers', async () => {
    const { rows, questions } = asked();
    void rows.restart();
    questions[0]?.answer(3, 'a');
    await turn();
    void rows.restart();
    expect(rows.row(2)).toBe('a 2');
    questions[1]?.answer(1, 'b');
    await turn();
    expect(rows.row(0)).toBe('b 0');
    expect(rows.turnover).toBe(2);
  });

  it('are asked for again in place after a change, without going to the top', async () => {
    const { rows, questions } = asked();
    void rows.restart();
    questions[0]?.answer(1000, 'a');
    await turn();
    void rows.refresh(10);
    questions[1]?.answer(999, 'b');
    await turn();
    expect(rows.turnover).toBe(1);
    expect(rows.total).toBe(999);
    expect(rows.row(10)).toBe('b 10');
  });

  it('that change while a new question is under way answer the new question', async () => {
    const { rows, questions } = asked();
    let done = false;
    const restart = rows.restart().then(() => (done = true));
    void rows.refresh();
    questions[0]?.answer(1, 'stale');
    await turn();
    expect(done).toBe(false);
    questions[1]?.answer(2, 'fresh');
    await restart;
    expect(rows.row(0)).toBe('fresh 0');
    expect(rows.turnover).toBe(1);
  });

  it('that fail are told once and may be asked for again', async () => {
    const { rows, questions, failed } = asked();
    void rows.restart();
    questions[0]?.answer(pageSize * 3, 'a');
    await turn();
    rows.row(pageSize);
    await turn();
    questions[1]?.fail();
    await turn();
    expect(failed).toHaveBeenCalledTimes(1);
    rows.row(pageSize);
    await turn();
    expect(questions).toHaveLength(3);
  });

  it('chosen anywhere are read before they are given', async () => {
    const { rows, questions } = asked();
    void rows.restart();
    questions[0]?.answer(1000, 'a');
    await turn();
    const chosen = rows.rowsAt([1, 501]);
    questions[1]?.answer(1000, 'a');
    expect(await chosen).toEqual(['a 1', 'a 501']);
  });
});
