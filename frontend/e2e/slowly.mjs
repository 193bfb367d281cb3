/** A real S3 server, and a slow line to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { project } from './window.mjs';

export const keys = { AWS_ACCESS_KEY_ID: 'carnet', AWS_SECRET_ACCESS_KEY: 'carnet-secret' };

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

/**
 * Starts versitygw on a folder with one bucket.
 * @param {string} folder
 * @param {string} bucket
 */
export async function s3(folder, bucket) {
  mkdirSync(join(folder, bucket), { recursive: true });
  const port = await freePort();
  const program = process.env.CARNET_VERSITYGW ?? join(project, 'build/tools/bin/versitygw');
  if (!existsSync(program)) throw new Error(`${program} is not there: make tools`);
  const server = spawn(
    program,
    ['--port', `127.0.0.1:${port}`, '--quiet', '--health', '/health', 'posix', folder],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        ROOT_ACCESS_KEY: keys.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_KEY: keys.AWS_SECRET_ACCESS_KEY,
      },
    },
  );
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok) break;
    if (tries > 200 || server.exitCode !== null) throw new Error('versitygw does not answer');
    await new Promise((done) => setTimeout(done, 50));
  }
  return { port, stop: () => server.kill() };
}

/**
 * A line that lets so many bytes a second come back from a server; the rate may change at any time.
 * @param {number} to the server's port
 */
export async function line(to) {
  const state = { rate: 0 };
  /** Bytes that may pass now, shared by all connections. */
  let allowance = 0;
  const timer = setInterval(() => (allowance = Math.min(allowance + state.rate / 20, state.rate / 5)), 50);
  /** @param {import('node:net').Socket} near */
  const brake = (near) =>
    new Transform({
      transform(chunk, _, done) {
        const pass = () => {
          if (near.destroyed) return done();
          const part = chunk.subarray(0, state.rate === 0 ? chunk.length : Math.floor(allowance));
          allowance = Math.max(0, allowance - part.length);
          chunk = chunk.subarray(part.length);
          this.push(part);
          if (chunk.length > 0) setTimeout(pass, 20);
          else done();
        };
        pass();
      },
    });
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const server = createServer((near) => {
    open.add(near.on('close', () => open.delete(near)));
    const far = connect(to, '127.0.0.1');
    near.pipe(far);
    // What the server has said goes through to its end, also when the server hangs up meanwhile.
    far.pipe(brake(near)).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port,
    /** Bytes a second; 0 is all it can. @param {number} rate */
    slow: (rate) => (state.rate = rate),
    stop: () => {
      clearInterval(timer);
      server.close();
      for (const one of open) one.destroy();
    },
  };
}
