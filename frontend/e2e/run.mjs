/** Builds once, then runs every test file here one after the other; names as arguments run only those. */
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
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=1', '--test-timeout=300000', ...files.map((name) => join(folder, name))],
  { stdio: 'inherit' },
);
if (!process.env.CARNET_E2E_KEEP) rmSync(scratch, { recursive: true, force: true });
process.exit(status ?? 1);
