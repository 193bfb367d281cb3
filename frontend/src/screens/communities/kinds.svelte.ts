/** Kinds of communities in words: Statistics Canada's census subdivision types, as Go writes them. */
import en from '@locale/en.json';
import type { Option } from '../../components/options';
import { type Key, t, words } from '../../words/words.svelte';

const prefix = 'community.kind.';
const kinds = (Object.keys(en) as Key[]).filter((key) => key.startsWith(prefix));

/** All kinds by their words; the present one is there even when it has none. */
export function kindOptions(present: string, text: string): Option[] {
  const options = kinds.map((key) => {
    const code = key.slice(prefix.length);
    return { value: code, label: `${t(key)} (${code})` };
  });
  if (!options.some((option) => option.value === present))
    options.push({ value: present, label: text || '—' });
  return options.sort((a, b) => words.compare(a.label, b.label));
}
