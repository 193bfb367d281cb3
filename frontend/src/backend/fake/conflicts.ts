import type { ConflictRow } from '../types';
import { played, say } from './spoken';

const value = (text: string, who: string, office: string, when: string, mine = false, gone = false) => ({
  text,
  who,
  office,
  device: who,
  when,
  mine,
  delete: gone,
});

/** Fields, and one record, that two people wrote without seeing each other. */
export function conflictRows(): ConflictRow[] {
  if (played() === 'empty') return [];
  const of = (
    id: string,
    title: string,
    field: string,
    was: string,
    values: ConflictRow['values'],
    deleted = false,
  ) => ({
    id,
    kind: 'member',
    record: id,
    title,
    field,
    deleted,
    was,
    values,
  });
  return [
    of('k1', 'Élise Tremblay', say('Phone', 'Téléphone'), '+1 450 555 0102', [
      value('+1 450 555 0148', 'G. Gagnon', 'Montréal', say('today 9:41', 'aujourd’hui 9 h 41')),
      value('+1 514 555 0102', 'A. Roy', 'Toronto', say('today 9:38', 'aujourd’hui 9 h 38'), true),
    ]),
    of('k2', 'Marc-André Bélisle', say('Title', 'Titre'), 'Commis', [
      value('Greffier adjoint', 'Accueil 2', 'Montréal', say('19 Nov 14:10', '19 nov. 14 h 10')),
      value('Greffier', 'K. Lam', 'Vancouver', say('19 Nov 13:55', '19 nov. 13 h 55')),
    ]),
    of(
      'k3',
      'Ann McElroy',
      '',
      '',
      [
        value('', 'A. Roy', 'Toronto', say('18 Nov 10:02', '18 nov. 10 h 02'), true, true),
        value(
          say('E-mail and phone', 'Courriel et téléphone'),
          'G. Gagnon',
          'Montréal',
          say('18 Nov 11:15', '18 nov. 11 h 15'),
        ),
      ],
      true,
    ),
  ];
}
