// `npm run bench -- NAME [--quick] [--json]`: ours and theirs in turn, in one run; see scripts/bench/NAME.ts.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApps } from './setup/build.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { root } from './setup/paths.mjs';
import { provideEverything } from './setup/provide.mjs';

const folder = join(root, 'scripts/bench');
const [name, ...args] = process.argv.slice(2);
if (name === undefined || !existsSync(join(folder, name, 'main.ts'))) {
  const known = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  process.stderr.write(`usage: npm run bench -- NAME [--quick] [--json]; NAME is one of ${known.join(', ')}\n`);
  process.exitCode = 2;
} else {
  const env = await withChildren(async (children) => {
    const provided = await provideEverything(children);
    await buildApps(children, provided);
    return provided;
  });
  if (env !== undefined) await handOver(`scripts/bench/${name}/main.ts`, args, env);
}
