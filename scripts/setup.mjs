// `npm run setup`: brings the toolchain and the services that tests and the demo need, and starts nothing.
import { provideEverything } from './setup/provide.mjs';
import { withChildren } from './setup/main.mjs';
import { elapsed, say } from './setup/progress.mjs';

await withChildren(async (children) => {
  await provideEverything(children);
  say(`All is there (${elapsed()}).`);
});
