// `npm test`: the set-up, then types, lint, unit tests, build and integration tests; its last line is the totals.
//
//   npm test                               everything
//   npm test -- --only unit                one part (types, lint, unit, build, integration); may be repeated
//   npm test -- packages/bus               the tests of these files or folders
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { provideEverything } from './setup/provide.mjs';
import { provideRuntimes } from './setup/runtimes.mjs';
import { provideSystemdAnalyze } from './setup/systemd.mjs';

const env = await withChildren(async (children) => {
  const provided = await provideEverything(children);
  await provideSystemdAnalyze(children);
  await provideRuntimes(children);
  return provided;
});
if (env !== undefined) await handOver('scripts/test/main.ts', process.argv.slice(2), env);
