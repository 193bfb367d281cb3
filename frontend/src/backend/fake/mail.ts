import type { Backend } from '../backend';
import type { MailAccount, MailDue, MailboxView, MailView, MessageRow } from '../types';
import { played, say } from './spoken';
import { unanswered } from './unanswered';

const account: MailAccount = {
  set: true,
  host: 'smtp.office365.com',
  port: 587,
  security: 'starttls',
  method: 'auto',
  user: 'toronto@example.org',
  from: 'toronto@example.org',
  name: 'Municipal Climate Network',
  postal: '401 Richmond St. W., Toronto ON M5V 3A8',
  reply: '',
  pace: 30,
  ca: '',
  cert: '',
  hasKey: false,
  hasPassword: true,
};
const mailbox: MailboxView = {
  set: false,
  host: '',
  port: 0,
  security: '',
  method: '',
  ca: '',
  user: '',
  folder: '',
  hasPassword: false,
  read: '',
  trouble: '',
};
const message = (id: string, name: string, state: string, stateText: string, words: string): MessageRow => ({
  id,
  mailing: 'm1',
  member: id,
  name,
  to: `${id}@example.org`,
  subject: say('Invitation – Electeds-only call', 'Invitation – Appel des élus'),
  sort: 'invitation',
  state,
  stateText,
  words,
  attempts: 1,
  next: '',
  when: say('22 Nov at 9:02', '22 nov. à 9 h 02'),
  who: 'A. Roy · Toronto',
  mine: true,
});
const messages = (): MessageRow[] => [
  message('e.tremblay', 'Élise Tremblay', 'sent', say('sent', 'envoyé'), '250 2.0.0 Ok: queued as 4F1'),
  message(
    'j.doucet',
    'J. Doucet',
    'held',
    say('held', 'retenu'),
    say('The connection was lost while the server was taking the message.', 'La connexion a été perdue.'),
  ),
];

export const mail: Backend['mail'] = unanswered<Backend['mail']>({
  View: async (): Promise<MailView> => {
    const empty = played() === 'empty';
    return {
      sending: { state: 'idle', text: say('Everything has gone out.', 'Tout est parti.'), left: 0, pace: 30 },
      account,
      mailbox,
      mailings: empty
        ? []
        : [
            {
              id: 'm1',
              sort: 'invitation',
              title: say('Invitation – Electeds-only call', 'Invitation – Appel des élus'),
              of: '',
              when: say('today 9:02', 'aujourd’hui 9 h 02'),
              who: 'A. Roy · Toronto',
              mine: true,
              all: 2,
              queued: 0,
              sent: 1,
              held: 1,
              failed: 0,
              stopped: 0,
            },
          ],
      held: empty ? 0 : 1,
      failed: 0,
      open: 0,
      stranded: [],
      canWrite: true,
      canWording: true,
      canTake: true,
    } as unknown as MailView;
  },
  Messages: async (query) => {
    const rows = messages().filter((row) => !query.state || row.state === query.state);
    return { rows, total: rows.length } as Awaited<ReturnType<Backend['mail']['Messages']>>;
  },
  Incoming: async () => [],
  Due: async () =>
    ({
      answers: [],
      missing: [],
      missed: 0,
      left: [],
      names: [],
      moved: [],
      from: '',
      to: '',
    }) as unknown as MailDue,
  Subjects: async () => [],
});
