// `npm run test:image`: the container image, built on a base made here, started, healthy, stopped. Needs a bundle and Docker.
import { readArguments } from './setup/arguments.mjs';
import { needPrograms } from './setup/debian.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { provideEverything } from './setup/provide.mjs';

readArguments('usage: npm run test:image [-- --bundle DIR]', { options: { bundle: { type: 'string' } } });

const env = await withChildren(async (children) => {
  await needPrograms(children, { programs: ['debootstrap'], packages: ['debootstrap'], why: 'it makes the base image', otherwise: 'Install debootstrap and try again.' });
  return provideEverything(children);
});
if (env !== undefined) await handOver('scripts/image/main.ts', process.argv.slice(2), env);
