/** A small invented network for the tests: an office, chapters, communities, members, meetings. */
import { writeFileSync } from 'node:fs';
import { carnet } from './window.mjs';

const people = [
  ['Élise', 'Tremblay', 'Mairesse', 'Saint-Lin–Laurentides', 'QC', 'elected', 'fr'],
  ['Éliane', 'Tremblay', 'Conseillère', 'Gatineau', 'QC', 'elected', 'fr'],
  ['Élisabeth', 'Tremblay-Roy', 'Climate adaptation lead', 'Ottawa', 'ON', 'staff', 'en'],
  ['Ann', 'McElroy', 'Councillor, Ward 3', 'Barrie', 'ON', 'elected', 'en'],
  ['Elise', 'Kelly', 'Sustainability planner', 'Whitehorse', 'YT', 'staff', 'en'],
  ['ᐄᓕᓯ Elisi', 'ᐃᓄᒃ', 'Council, lands', 'Inukjuak', 'QC', 'indigenous-staff', 'en'],
  ['Éli', 'Ouellette', 'Directeur, environnement et transition', 'Dieppe', 'NB', 'staff', 'fr'],
  ['Élie', 'Desrosiers', 'Conseiller', 'Sept-Îles', 'QC', 'elected', 'fr'],
  ['Marc-André', 'Bélisle', 'Greffier', 'Sainte-Marguerite-du-Lac-Masson', 'QC', 'staff', 'fr'],
  ['Nikos', 'Eliopoulos', 'Councillor', 'Toronto', 'ON', 'elected', 'en'],
  ['Elina', 'Singh', 'Energy manager', 'Surrey', 'BC', 'staff', 'en'],
  ['Elinor', 'Campbell', 'Mayor', 'Antigonish', 'NS', 'elected', 'en'],
  ['Olivier', 'Gélinas', 'Chargé de projet', 'Trois-Rivières', 'QC', 'staff', 'fr'],
];

const communities = [
  ['2463048', 'Saint-Lin–Laurentides', 'V', 'Ville de Saint-Lin–Laurentides'],
  ['2481017', 'Gatineau', 'V', 'Ville de Gatineau'],
  ['3506008', 'Ottawa', 'CV', 'City of Ottawa'],
  ['3543042', 'Barrie', 'CY', 'City of Barrie'],
  ['6001009', 'Whitehorse', 'CY', 'City of Whitehorse'],
  ['2499085', 'Inukjuak', 'VN', 'Village nordique d’Inukjuak'],
  ['1307045', 'Dieppe', 'C', 'City of Dieppe'],
  ['2497007', 'Sept-Îles', 'V', 'Ville de Sept-Îles'],
  ['2477012', 'Sainte-Marguerite-du-Lac-Masson', 'V', 'Ville de Sainte-Marguerite-du-Lac-Masson'],
  ['3520005', 'Toronto', 'C', 'City of Toronto'],
  ['5915004', 'Surrey', 'CY', 'City of Surrey'],
  ['1214002', 'Antigonish', 'T', 'Town of Antigonish'],
  ['2437067', 'Trois-Rivières', 'V', 'Ville de Trois-Rivières'],
];

const mail = (/** @type {string} */ text) =>
  text
    .normalize('NFD')
    .replace(/[^a-z. ]/gi, '')
    .trim()
    .replace(/ /g, '.')
    .toLowerCase() || 'elisi';

/** @param {string[][]} rows */
const csv = (rows) =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');

/**
 * Makes the network in a new home.
 * @param {string} home
 * @param {(name: string) => string} file where lists may be written
 */
export async function found(home, file) {
  await carnet(
    home,
    'network',
    'create',
    '--name',
    'Réseau d’essai',
    '--office',
    'Toronto',
    '--coordinator',
    'A. Roy',
  );
  writeFileSync(
    file('communities.csv'),
    csv([
      ['id', 'name', 'name_fr', 'classification', 'organization_name'],
      ...communities.map(([code, name, kind, legal]) => [
        `ocd-division/country:ca/csd:${code}`,
        name ?? '',
        name ?? '',
        kind ?? '',
        legal ?? '',
      ]),
    ]),
  );
  await carnet(home, 'import', 'communities', file('communities.csv'));
  await carnet(
    home,
    'chapter',
    'add',
    '--name',
    'Quebec',
    '--name-fr',
    'Québec',
    '--zone',
    'America/Toronto',
  );
  await carnet(home, 'chapter', 'add', '--name', 'Ontario', '--zone', 'America/Toronto');
  await carnet(
    home,
    ...['chapter', 'add', '--name', 'Electeds-only calls', '--name-fr', 'Appels des élus'],
    ...['--kind', 'caucus', '--audience', 'elected', '--zone', 'America/Toronto'],
  );
  writeFileSync(file('members.csv'), csv([memberHeadings, ...people.map(memberRow)]));
  await carnet(home, 'import', 'members', file('members.csv'));
}

export const memberHeadings = [
  'Given name',
  'Family name',
  'Email',
  'Phone',
  'Title',
  'Community',
  'Province',
  'Role',
  'Language',
  'Chapter',
  'Term end',
];

/**
 * @param {string[]} person
 * @param {number} at
 */
function memberRow(person, at) {
  const [given = '', family = '', title = '', community = '', province = '', role = '', language = ''] =
    person;
  const chapter = province === 'QC' ? 'Quebec' : 'Ontario';
  const end = role === 'elected' ? '2029-11-04' : '';
  const phone = `+1 450 555 ${String(101 + at).padStart(4, '0')}`;
  return [
    given,
    family,
    `${mail(`${given} ${family}`)}@example.org`,
    phone,
    title,
    community,
    province,
    role,
    language,
    chapter,
    end,
  ];
}

/**
 * A long list of invented members in a file, for measuring.
 * @param {string} path
 * @param {number} many
 */
export function longList(path, many) {
  const families = [
    'Tremblay',
    'Gagnon',
    'Roy',
    'Côté',
    'Bouchard',
    'Eliopoulos',
    'Campbell',
    'Singh',
    'Nguyen',
    'Okafor',
  ];
  const givens = [
    'Élise',
    'Éliane',
    'Ann',
    'Olivier',
    'Nikos',
    'Grace',
    'Félix',
    'Amélie',
    'Zoé',
    'Wei',
    'Noor',
  ];
  const rows = Array.from({ length: many }, (_, at) => {
    const family = `${families[at % 10]}-${families[(at >> 4) % 10]}`;
    const given = givens[at % 11] ?? '';
    return [
      given,
      family,
      `m${at}@example.org`,
      '',
      'Councillor',
      '',
      '',
      at % 3 ? 'staff' : 'elected',
      'en',
      '',
      '',
    ];
  });
  writeFileSync(path, csv([memberHeadings, ...rows]));
}
