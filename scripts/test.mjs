// `npm test`: the set-up, then types, lint, unit tests, build and integration tests; its last line is the totals.
import { readArguments, refuse } from './setup/arguments.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { provideEverything } from './setup/provide.mjs';
import { provideRuntimes } from './setup/runtimes.mjs';
import { provideSystemdAnalyze } from './setup/systemd.mjs';
import { installPackages, installToolchain, toolchainEnv } from './setup/toolchain.mjs';

const parts = ['types', 'lint', 'unit', 'build', 'integration'];
const usage = `usage: npm test [-- [--only PART]... [FILE OR FOLDER]...]
  --only PART       one part (${parts.join(', ')}); may be repeated
  FILE OR FOLDER    the tests in there
  AXION_NODE=24     before it: with the Node that came before the current LTS`;
const { values } = readArguments(usage, { allowPositionals: true, options: { only: { type: 'string', multiple: true } } });
const unknown = values.only?.find((name) => !parts.includes(name));
if (unknown !== undefined) refuse(`"${unknown}" is no part of the tests`, usage);
const onServers = values.only?.includes('integration') ?? true;

const env = await withChildren(async (children) => {
  if (!onServers) {
    await installToolchain(children);
    await installPackages(children);
    return toolchainEnv();
  }
  const provided = await provideEverything(children);
  await provideSystemdAnalyze(children);
  await provideRuntimes(children);
  return provided;
});
if (env !== undefined) await handOver('scripts/test/main.ts', process.argv.slice(2), env);
