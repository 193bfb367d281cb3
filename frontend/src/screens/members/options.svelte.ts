/** What fields of members choose from, in words. */
import { t } from '../../words/words.svelte';

export const roles = ['elected', 'staff', 'indigenous-staff', 'partner'] as const;
export const provinces = [
  'AB',
  'BC',
  'MB',
  'NB',
  'NL',
  'NS',
  'NT',
  'NU',
  'ON',
  'PE',
  'QC',
  'SK',
  'YT',
] as const;

export const bases = ['express', 'implied-membership', 'implied-attendance'] as const;

export const roleOptions = () => roles.map((role) => ({ value: role, label: t(`role.${role}`) }));
export const provinceOptions = () =>
  provinces.map((code) => ({ value: code, label: t(`province.${code}`), detail: code }));
export const basisOptions = () =>
  bases.map((basis) => ({ value: basis, label: t(`consent.basis.${basis}`) }));
export const languageOptions = () =>
  (['en', 'fr'] as const).map((lang) => ({ value: lang, label: t(`language.${lang}`) }));
