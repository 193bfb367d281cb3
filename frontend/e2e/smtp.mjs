/** A small mail server on this machine: it takes mail, keeps it by address, and misbehaves as it is told. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * `refuse` gets 550, `later` gets 451 the first time and `busy` always, `lose` is cut off when its mail is in, once.
 * @param {{ refuse?: string[], later?: string[], busy?: string[], lose?: string[], slow?: number }} [how]
 */
export async function mailServer(how = {}) {
  /** @type {Map<string, string[]>} */
  const mails = new Map();
  const seen = new Set();
  const first = (/** @type {string} */ what) => !seen.has(what) && !!seen.add(what);
  const server = createServer((socket) => {
    let to = '';
    let body = '';
    let data = false;
    let rest = '';
    const say = (/** @type {string} */ line) => void socket.write(`${line}\r\n`);
    socket.on('error', () => {});
    socket.setEncoding('utf8');
    say('220 mail.example.org ready');
    socket.on('data', (/** @type {string} */ chunk) => {
      rest += chunk;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data) {
          if (line !== '.') body += `${line}\n`;
          else finish();
        } else command(line);
      }
    });
    function finish() {
      data = false;
      mails.set(to, [...(mails.get(to) ?? []), body]);
      if (how.lose?.includes(to) && first(`lost ${to}`)) socket.destroy();
      else setTimeout(() => say('250 2.0.0 Ok: queued as 4F1A'), how.slow ?? 0);
    }
    function command(/** @type {string} */ line) {
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'EHLO') say('250-mail.example.org\r\n250 8BITMIME');
      else if (word === 'RCPT') {
        to = /<(.*)>/.exec(line)?.[1] ?? '';
        if (how.refuse?.includes(to)) say('550 5.1.1 No such user here');
        else if (how.busy?.includes(to) || (how.later?.includes(to) && first(`later ${to}`)))
          say('451 4.7.1 Greylisted, come back');
        else say('250 2.1.5 Ok');
      } else if (word === 'DATA') {
        data = true;
        body = '';
        say('354 Go on');
      } else if (word === 'QUIT') {
        say('221 Bye');
        socket.end();
      } else say('250 Ok');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { port, mails, stop: () => void server.close() };
}
