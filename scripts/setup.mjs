// `npm run setup`: brings the toolchain and the services that tests and the demo need, and starts nothing.
// `-- --compose-v2` also builds Docker Compose 2, on which the tests of Compose applications then run too.
import { provideComposeV2 } from './setup/compose-v2.mjs';
import { withChildren } from './setup/main.mjs';
import { elapsed, say } from './setup/progress.mjs';
import { provideEverything } from './setup/provide.mjs';
import { provideRuntimes } from './setup/runtimes.mjs';
import { provideSystemdAnalyze } from './setup/systemd.mjs';

await withChildren(async (children) => {
  await provideEverything(children);
  await provideSystemdAnalyze(children);
  await provideRuntimes(children);
  if (process.argv.includes('--compose-v2')) await provideComposeV2(children);
  say(`All is there (${elapsed()}).`);
});
