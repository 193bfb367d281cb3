import { backend } from '../../backend/backend';
import type { Option } from '../../components/options';

/** Members whose name the letters may mean. */
export async function memberOptions(text: string): Promise<Option[]> {
  if (!text.trim()) return [];
  const hits = await backend.session.Find(text);
  return hits
    .filter((hit) => hit.kind === 'member')
    .map(({ id, title, detail }) => ({ value: id, label: title, detail }));
}
