import en from '@locale/en.json';
import fr from '@locale/fr.json';
import { afterEach, describe, expect, it } from 'vitest';
import { type Key, n, num, t, words } from './words.svelte';

afterEach(() => words.speak('en'));

describe('words', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(fr)).toEqual(Object.keys(en));
  });

  it('have the same placeholders in both languages', () => {
    const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    const different = (Object.keys(en) as Key[]).filter((key) => `${holes(en[key])}` !== `${holes(fr[key])}`);
    expect(different).toEqual([]);
  });

  it('come in pairs for counts', () => {
    const keys = Object.keys(en);
    const counts = (Object.keys(en) as Key[]).filter(
      (key) => key.endsWith('.one') && en[key].includes('{n}'),
    );
    const alone = counts.filter((key) => !keys.includes(key.replace(/one$/, 'other')));
    expect(alone).toEqual([]);
  });

  it('fill placeholders, write numbers as the language does, and leave unknown ones to be seen', () => {
    expect(t('list.of', { n: 312, all: 48213 })).toBe('312 of 48,213');
    expect(t('list.of', { n: 312 })).toBe('312 of {all}');
  });

  it('switch at once', () => {
    expect(t('place.members')).toBe('Members');
    words.speak('fr');
    expect(t('place.members')).toBe('Membres');
    expect(num(48213)).toBe('48\u00a0213');
  });

  it('count 0 and 1 as one in French, only 1 in English', () => {
    expect(n('list.chosen', 0)).toBe('0 chosen');
    expect(n('members.conflicts', 0)).toBe('0 conflicts wait for a choice');
    words.speak('fr');
    expect(n('members.conflicts', 0)).toBe('0 conflit attend un choix');
    expect(n('members.conflicts', 2)).toBe('2 conflits attendent un choix');
  });

  it('that the source asks for by a key built from data exist', () => {
    const kinds = ['regional', 'working-group', 'caucus', 'programme'].map((kind) => `chapter.kind.${kind}`);
    const roles = ['elected', 'staff', 'indigenous-staff', 'partner'].flatMap((role) => [
      `role.${role}`,
      `role.short.${role}`,
    ]);
    expect([...kinds, ...roles].filter((key) => !(key in en))).toEqual([]);
  });
});
