import { expect, it, vi } from 'vitest';
import { codeOf as invented, forum } from '../../backend/fake/forum';
import { codeOf, Paper } from './paper.svelte';

async function begun(calls: Partial<typeof forum> = {}) {
  const trouble = vi.fn();
  const paper = new Paper('mtg_1', { ...forum, ...calls }, trouble);
  await paper.load('B');
  return { paper, trouble };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

it.each([
  ['k7m2', ''],
  ['k7m2p', 'K7M2P'],
  ['k7m ', 'K7M'],
  ['k7m2p 902', 'K7M2P'],
  ['+ Marie', ''],
  ['', ''],
])('finds the code of %j', (text, code) => expect(codeOf(text)).toBe(code));

it('begins with the door of this laptop', async () => {
  const { paper } = await begun();
  expect(paper.sheet).toEqual({ meeting: 'mtg_1', station: 'B', day: '2026-12-09' });
});

it('says whose row it is once its code is whole, and asks no more while the time is typed', async () => {
  const LookAtRow = vi.fn(forum.LookAtRow);
  const { paper } = await begun({ LookAtRow });
  for (const text of ['2', '22', '222', '2222', '22222', '22222 ', '22222 9', '22222 90']) paper.type(text);
  await settled();
  expect(paper.look?.name).toBe('Élise Tremblay');
  expect(LookAtRow).toHaveBeenCalledTimes(1);
});

it('names a wrong code at once and keeps it in the field', async () => {
  const EnterRow = vi.fn(forum.EnterRow);
  const { paper } = await begun({ EnterRow });
  paper.type('ZZZZZ 902');
  await settled();
  expect(paper.look?.tone).toBe('bad');
  await paper.enter();
  expect(paper.text).toBe('ZZZZZ 902');
  expect(EnterRow).not.toHaveBeenCalled();
});

it('notes rows in their order while the next are typed, each once, and takes the last back', async () => {
  const { paper } = await begun();
  const codes = [invented(1), invented(2), invented(3)];
  for (const code of codes) {
    paper.type(`${code} 902`);
    void paper.enter();
    expect(paper.text).toBe('');
  }
  paper.type(`${codes[0]} 902`);
  await paper.enter();
  expect(paper.rows.map((row) => row.tone)).toEqual(['again', 'good', 'good', 'good']);
  expect([paper.noted, paper.in]).toEqual([3, 3]);
  await paper.undo();
  expect(paper.rows.map((row) => row.tone)).toEqual(['again', 'undone', 'good', 'good']);
  expect(paper.in).toBe(2);
});

it('puts a row that was refused back into the field, unless the next one is being typed', async () => {
  const EnterRow = async () => ({
    tone: 'bad',
    name: '',
    community: '',
    text: 'That is no time.',
    code: 'row_time',
    scans: [],
    in: 0,
    out: 0,
  });
  const { paper } = await begun({ EnterRow });
  paper.type(`${invented(1)} 2561`);
  await paper.enter();
  expect([paper.text, paper.rows.length, paper.look?.text]).toEqual([
    `${invented(1)} 2561`,
    0,
    'That is no time.',
  ]);
  paper.type(`${invented(2)} 2561`);
  const noting = paper.enter();
  paper.type('2');
  await noting;
  expect([paper.text, paper.rows[0]?.tone]).toEqual(['2', 'bad']);
});
