/** Builds once, then runs every test file here one after the other; names as arguments run only those. One that fails gets one more try. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const scratch = (process.env.CARNET_E2E ??= mkdtempSync(join(tmpdir(), 'carnet-e2e-')));
const files = readdirSync(folder).filter(
  (name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
);
const { build } = await import('./window.mjs');
await build(true);
/** @param {string} name */
const passes = (name) =>
  spawnSync(
    process.execPath,
    ['--test', '--test-concurrency=1', '--test-timeout=300000', join(folder, name)],
    { stdio: 'inherit' },
  ).status === 0;

// A real browser, a virtual display and a Go side share two processors here. A file that fails is run once more,
// and said so; what fails twice is broken.
const failed = files.filter((name) => !passes(name));
if (failed.length > 0) console.log(`\nonce more, alone: ${failed.join(', ')}\n`);
const broken = failed.filter((name) => !passes(name));
if (broken.length > 0) console.log(`\nfailed twice: ${broken.join(', ')}`);
if (!process.env.CARNET_E2E_KEEP) rmSync(scratch, { recursive: true, force: true });
process.exit(broken.length > 0 ? 1 : 0);
