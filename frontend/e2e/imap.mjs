/** A small mailbox on this machine, as IMAP shows it: mails are put in, listed and fetched, and never marked. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** @param {{ user: string, password: string }} who may open it */
export async function mailbox({ user, password }) {
  /** @type {Buffer[]} */
  const mails = [];
  let opened = 0;
  const server = createServer((socket) => {
    let rest = '';
    const say = (/** @type {string} */ line) => void socket.write(`${line}\r\n`);
    socket.on('error', () => {});
    socket.setEncoding('latin1');
    say('* OK [CAPABILITY IMAP4rev1 SASL-IR] ready');
    socket.on('data', (/** @type {string} */ chunk) => {
      rest += chunk;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        command(rest.slice(0, end));
        rest = rest.slice(end + 2);
      }
    });
    function command(/** @type {string} */ line) {
      const [tag = '', word = '', ...more] = line.split(' ');
      const said = more.join(' ');
      switch (word.toUpperCase()) {
        case 'CAPABILITY':
          say('* CAPABILITY IMAP4rev1 SASL-IR');
          break;
        case 'LOGIN':
          if (said !== `"${user}" "${password}"`)
            return say(`${tag} NO [AUTHENTICATIONFAILED] Wrong password`);
          opened++;
          break;
        case 'EXAMINE':
          say(`* ${mails.length} EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 7] valid`);
          return say(`${tag} OK [READ-ONLY] done`);
        case 'UID':
          fetch(said);
          break;
        case 'LOGOUT':
          say(`* BYE see you\r\n${tag} OK done`);
          return void socket.end();
      }
      say(`${tag} OK done`);
    }
    function fetch(/** @type {string} */ said) {
      const from = Number(/FETCH (\d+)/.exec(said)?.[1] ?? 1);
      const to = Number(/FETCH \d+:(\d+)/.exec(said)?.[1] ?? (said.includes(':*') ? mails.length : from));
      for (let uid = Math.min(from, Math.max(mails.length, 1)); uid <= to; uid++) {
        const mail = mails[uid - 1];
        if (!mail) continue;
        if (!said.includes('BODY')) say(`* ${uid} FETCH (UID ${uid} RFC822.SIZE ${mail.length})`);
        else {
          socket.write(`* ${uid} FETCH (UID ${uid} BODY[]<0> {${mail.length}}\r\n`);
          socket.write(mail);
          say(')');
        }
      }
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port,
    put: (/** @type {string} */ mail) => void mails.push(Buffer.from(mail.replaceAll('\n', '\r\n'))),
    opened: () => opened,
    stop: () => void server.close(),
  };
}
