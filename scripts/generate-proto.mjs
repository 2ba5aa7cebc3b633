// Writes packages/contracts/src/gen from proto/ with the pinned buf and ts-proto. The output is committed, so that nobody
// needs the generator to read, run or build the project; a test regenerates it and compares.
//
//   node scripts/generate-proto.mjs [--out DIR]
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'packages/contracts/src/gen') } } });
const out = resolve(values.out);

const binaries = join(root, 'node_modules/.bin');
/** @param {string[]} args */
const buf = (...args) => {
  // The plugin is a Node script; it has to run under this Node, whichever one the machine has.
  const path = [binaries, resolve(process.execPath, '..'), process.env.PATH].join(delimiter);
  const { status, error } = spawnSync(join(binaries, 'buf'), args, {
    cwd: join(root, 'proto'),
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    console.error('buf is not installed: run `npm run setup` first');
    process.exit(1);
  }
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(1);
};

buf('lint');
rmSync(out, { recursive: true, force: true });
buf('generate', '--output', out);
