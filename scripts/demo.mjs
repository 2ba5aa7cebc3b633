// `npm run demo`: brings what is needed, builds, and shows the agent at work. `-- --keep` leaves it running.
import { readArguments } from './setup/arguments.mjs';
import { buildApps } from './setup/build.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { provideEverything } from './setup/provide.mjs';

const usage = `usage: npm run demo [-- --keep]
  --keep    leave everything running and print the addresses; Ctrl-C ends it`;
readArguments(usage, { options: { keep: { type: 'boolean' } } });

const env = await withChildren(async (children) => {
  const provided = await provideEverything(children);
  await buildApps(children, provided);
  return provided;
});
if (env !== undefined) await handOver('scripts/demo/demo.ts', process.argv.slice(2), env);
