/** Who may attend a meeting, as chapters and meetings say it. */
import type { Option } from '../../components/options';
import { t, words } from '../../words/words.svelte';

/** Who may attend, as lists of roles that Go reads; the present one is there even when it is another. */
export function audienceOptions(present: string): Option[] {
  const known = [
    '',
    'elected',
    'staff, indigenous-staff',
    'elected, staff, indigenous-staff',
    'indigenous-staff',
  ];
  return [...new Set([...known, present])].map((value) => ({ value, label: audienceText(value) }));
}

/** A list of roles in words. */
export function audienceText(audience: string): string {
  const roles = audience.split(/[,;+\s]+/).filter(Boolean);
  if (roles.length === 0) return t('chapters.everybody');
  return roles.map((role) => words.maybe(`role.${role}`, role)).join(', ');
}
