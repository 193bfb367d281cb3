/** Requests and registrations in the demonstration network, for pictures. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { carnet } from './window.mjs';

const form = [
  'Name,Email,Municipality,Role,Title,Language',
  'Ann McElroy,ann.mcelroy@example.org,Barrie,staff,Sustainability coordinator,en',
  'Marc-André Desjardins,ma.desjardins@example.org,Sainte-Marguerite-du-Lac-Masson,staff,Directeur des travaux publics et de l’environnement,fr',
  'Priya Nair,priya.nair@example.org,Surrey,staff,Energy planner,en',
  'Joseph Whiteduck,joseph.whiteduck@example.org,Kitigan Zibi,indigenous-staff,Lands manager,en',
  'Gareth Pugh,gareth.pugh@example.org,Cardiff,partner,Consultant,en',
  'Zoé Paquet,zoe.paquet@example.org,Gatineau,elected,Conseillère,fr',
  'Noor Haddad,noor.haddad@example.org,Mississauga,staff,Climate analyst,en',
  'Étienne Caron,etienne.caron@example.org,Rimouski,staff,Urbaniste,fr',
].join('\n');

/**
 * Lets people ask to come to the next call of the peer network, which then has some who are registered and few places.
 * Gives the ids of that meeting and of its chapter.
 * @param {string} home
 * @returns {Promise<{ meeting: string, chapter: string }>}
 */
export async function asked(home) {
  const list = join(home, '..', 'form.csv');
  writeFileSync(list, form);
  const chapters = await carnet(home, 'chapter', 'list');
  const chapter = chapters.items.find((/** @type {any} */ one) => one.name === 'Peer network').id;
  const coming = await carnet(
    home,
    'meeting',
    'list',
    '--chapter',
    chapter,
    '--from',
    new Date().toISOString().slice(0, 10),
  );
  const meeting = coming.items[0].id;
  await carnet(home, 'meeting', 'set', meeting, 'places=12');
  const members = await carnet(home, 'member', 'list', '--chapter', chapter, '--limit', '24');
  const others = await carnet(home, 'member', 'list', '--role', 'elected', '--limit', '3');
  const states = [
    'approved',
    'approved',
    'approved',
    'approved',
    'requested',
    'approved',
    'approved',
    'declined',
  ];
  for (const [at, member] of [...members.items.slice(0, 13), ...others.items].entries()) {
    const status = at >= 13 ? 'requested' : (states[at % states.length] ?? 'approved');
    const why = status === 'declined' ? ['--reason', 'For staff of communities in Canada'] : [];
    await carnet(home, 'register', meeting, member.id, '--status', status, ...why);
  }
  await carnet(home, 'import', 'requests', list, '--for', meeting, '--source', 'form.csv');
  return { meeting, chapter };
}
