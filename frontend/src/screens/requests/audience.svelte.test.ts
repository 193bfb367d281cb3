import { describe, expect, it } from 'vitest';
import type { AudienceChoices, AudienceNode, AudienceView } from '../../backend/types';
import { AudienceEditor } from './audience.svelte';

const choices = {
  presets: [],
  conditions: [
    { name: 'role', title: 'Role', values: [{ id: 'elected', name: 'Elected' }], people: false },
    { name: 'mandate', title: 'Mandate', values: [], people: false },
    { name: 'invited', title: 'Invited', values: [], people: true },
    { name: 'mandate_end>', title: 'Mandate ends', values: [], people: false, day: true },
  ],
} as unknown as AudienceChoices;

function editorFor(nodes: AudienceNode[]) {
  const asked: AudienceNode[][] = [];
  const editor = new AudienceEditor(
    {
      AudienceChoices: async () => choices,
      Audience: async (rule) => ({ rule, nodes }) as AudienceView,
      AudienceOf: async (some) => {
        asked.push(some);
        return { nodes: some } as AudienceView;
      },
    },
    '',
    String,
  );
  return { editor, asked };
}

describe('the editor of a rule', () => {
  it('shows one condition alone as one line, and asks for it in a group of one', async () => {
    const { editor } = editorFor([{ depth: 0, op: '', name: 'role', values: ['elected'] }]);
    await editor.begin('elected');
    expect(editor.lines.map((one) => [one.depth, one.name])).toEqual([[1, 'role']]);
    expect(editor.nodes).toMatchObject([{ op: 'all' }, { depth: 1, name: 'role', values: ['elected'] }]);
  });

  it('leaves out a condition that nothing is chosen for yet', async () => {
    const { editor, asked } = editorFor([]);
    await editor.begin('');
    editor.add('role');
    editor.add('mandate');
    editor.add('invited');
    expect(asked.at(-1)?.map((node) => node.name)).toEqual(['', 'mandate']);
    editor.turn(editor.lines[0]!, 'elected');
    expect(asked.at(-1)?.map((node) => node.name)).toEqual(['', 'role', 'mandate']);
  });

  it('tells no rule of its own from everybody, which goes before a rule above it', async () => {
    const { editor } = editorFor([]);
    await editor.begin('');
    await editor.everybody();
    expect(editor.view?.rule).toBe('all()');
    expect(editor.lines).toEqual([]);
    await editor.nothing();
    expect(editor.view?.rule).toBe('');
  });

  it('a group goes with what is in it', async () => {
    const { editor } = editorFor([]);
    await editor.begin('');
    editor.add('mandate');
    editor.addGroup();
    const group = editor.lines[1]!;
    editor.addWithin(group.key);
    expect(editor.lines.map((one) => one.depth)).toEqual([1, 1, 2, 2]);
    editor.remove(group.key);
    expect(editor.lines.map((one) => one.name)).toEqual(['mandate']);
  });

  it('does not ask for a day of a mandate before one is given', async () => {
    const { editor, asked } = editorFor([]);
    await editor.begin('');
    editor.add('mandate_end>');
    expect(asked.at(-1)).toEqual([]);
    editor.change(editor.lines[0]!.key, { values: ['2026-11-01'] });
    expect(asked.at(-1)?.[1]).toMatchObject({ name: 'mandate_end>', values: ['2026-11-01'] });
  });

  it('leaves a rule of groups within groups as it is, until it is replaced', async () => {
    const { editor, asked } = editorFor([
      { depth: 0, op: 'all', name: '', values: [] },
      { depth: 1, op: 'any', name: '', values: [] },
      { depth: 2, op: 'none', name: '', values: [] },
      { depth: 3, op: '', name: 'role', values: ['elected'] },
      { depth: 2, op: '', name: 'mandate', values: [] },
    ]);
    await editor.begin('all(any(none(elected), mandate))');
    expect([editor.deep, editor.lines, asked]).toEqual([true, [], []]);
    expect(editor.view?.rule).toBe('all(any(none(elected), mandate))');
    editor.replace();
    expect(editor.deep).toBe(false);
    expect(asked.at(-1)).toEqual([]);
  });
});
