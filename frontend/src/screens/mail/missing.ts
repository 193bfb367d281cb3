import type { SkipRow } from '../../backend/types';
import { confirmed } from '../../components/confirm.svelte';
import { n, t, words } from '../../words/words.svelte';

/** Says how many invitations go out, and who lacks one and gets none, before they do. */
export function sureToInvite(sends: number, left: SkipRow[]): Promise<boolean> {
  return confirmed({
    title: t('mail.compose.sure.title'),
    consequences: [n('mail.missing.sure', sends), ...leftOut(left), t('mail.compose.sure.back')],
    action: n('mail.compose.sure.do', sends),
  });
}

/** One sentence that counts those who cannot be written to; none when there is nobody. */
export function leftOut(left: SkipRow[]): string[] {
  const all = left.reduce((sum, row) => sum + row.n, 0);
  if (all === 0) return [];
  const reason = (row: SkipRow) => words.maybe(`mail.compose.skip.${row.why}`, row.why).toLocaleLowerCase();
  const why = left.map((row) => t('mail.missing.left.why', { why: reason(row), n: row.n })).join(', ');
  return [n('mail.missing.left.sure', all, { why })];
}
