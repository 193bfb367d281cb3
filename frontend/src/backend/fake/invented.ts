/** Invented people of the drawings, and many more like them. */
import type { MemberRow } from '../types';

const drawn: [string, string, string, string, string, string][] = [
  ['Tremblay', 'Élise', 'Mairesse', 'Saint-Lin–Laurentides', 'QC', 'elected'],
  ['Tremblay', 'Éliane', 'Conseillère', 'Gatineau', 'QC', 'elected'],
  ['Tremblay-Roy', 'Élisabeth', 'Climate adaptation lead', 'Ottawa', 'ON', 'staff'],
  ['McElroy', 'Ann', 'Councillor, Ward 3', 'Barrie', 'ON', 'elected'],
  ['Kelly', 'Elise', 'Sustainability planner', 'Whitehorse', 'YT', 'staff'],
  ['ᐃᓄᒃ', 'ᐄᓕᓯ Elisi', 'Council, lands', 'Inukjuak', 'QC', 'indigenous-staff'],
  ['Ouellette', 'Éli', 'Directeur, environnement et transition', 'Dieppe', 'NB', 'staff'],
  ['Elias', 'Marguerite', 'Councillor', 'Peguis', 'MB', 'elected'],
  ['Desrosiers', 'Élie', 'Conseiller', 'Sept-Îles', 'QC', 'elected'],
  ['Bélisle', 'Marc-André', 'Greffier', 'Sainte-Marguerite-du-Lac-Masson', 'QC', 'staff'],
  ['Eliopoulos', 'Nikos', 'Councillor', 'Toronto', 'ON', 'elected'],
  ['Singh', 'Elina', 'Energy manager', 'Surrey', 'BC', 'staff'],
  ['Campbell', 'Elinor', 'Mayor', 'Antigonish', 'NS', 'elected'],
  ['Gélinas', 'Olivier', 'Chargé de projet', 'Trois-Rivières', 'QC', 'staff'],
];
const families = [
  'Gagnon',
  'Roy',
  'Lam',
  'Okafor',
  'MacLeod',
  'Nguyen',
  'Doucet',
  'Whitefeather',
  'Haddad',
  'Park',
];
const givens = ['Anne', 'Bashir', 'Chloé', 'Daniel', 'Esi', 'Félix', 'Grace', 'Hugo', 'Inès', 'Jonah'];
const some = 2000;

function member(at: number, of: (typeof drawn)[number]): MemberRow {
  const [family, given, title, community, province, role] = of;
  const email = `${given}.${family}.${at}@example.org`.toLowerCase().replace(/[^a-z0-9.@-]/g, '');
  return { id: `m${at}`, family, given, title, community, province, role, email, marks: {} };
}

export const everyone: MemberRow[] = [
  ...drawn.map((of, at) => member(at, of)),
  ...Array.from({ length: some }, (_, at) => {
    const family = families[at % families.length] ?? '';
    const given = givens[Math.floor(at / families.length) % givens.length] ?? '';
    return member(drawn.length + at, [
      family,
      given,
      'Councillor',
      'Barrie',
      'ON',
      at % 3 ? 'staff' : 'elected',
    ]);
  }),
];
