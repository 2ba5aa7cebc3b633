// `npm run setup`: brings the toolchain and the services that tests and the demo need, and starts nothing.
import { readArguments } from './setup/arguments.mjs';
import { provideComposeV2 } from './setup/compose-v2.mjs';
import { withChildren } from './setup/main.mjs';
import { elapsed, say } from './setup/progress.mjs';
import { provideEverything } from './setup/provide.mjs';
import { provideRuntimes } from './setup/runtimes.mjs';
import { provideSystemdAnalyze } from './setup/systemd.mjs';

const { values } = readArguments(
  `usage: npm run setup [-- --compose-v2]
  --compose-v2    also build Docker Compose 2, on which the tests of Compose applications then run too`,
  { options: { 'compose-v2': { type: 'boolean' } } },
);

await withChildren(async (children) => {
  await provideEverything(children);
  await provideSystemdAnalyze(children);
  await provideRuntimes(children);
  if (values['compose-v2']) await provideComposeV2(children);
  say(`All is there (${elapsed()}).`);
});
