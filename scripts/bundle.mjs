// `npm run bundle`: what runs on servers, for both architectures, in dist/bundle.
import { readArguments } from './setup/arguments.mjs';
import { needPrograms } from './setup/debian.mjs';
import { which } from './setup/command.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { installPackages, installToolchain, toolchainEnv } from './setup/toolchain.mjs';

const usage = `usage: npm run bundle [-- [--arch x64|arm64]... [--out DIR] [--sign-key FILE] [--quick]]
  --arch        one architecture alone; may be repeated
  --out         where to (default: dist/bundle)
  --sign-key    a key of minisign that signs the sums
  --quick       larger, and packed in seconds: for tests`;
const { values } = readArguments(usage, { options: { out: { type: 'string' }, arch: { type: 'string', multiple: true }, 'sign-key': { type: 'string' }, quick: { type: 'boolean' } } });
const ready = await withChildren(async (children) => {
  await installToolchain(children);
  await installPackages(children);
  if (which('go') === undefined) throw new SetupFailure('go is missing: nats-server is built from its Go module. Install Go 1.24 or newer (https://go.dev/dl) and try again.');
  await needPrograms(children, { programs: ['llvm-nm', 'llvm-strip', 'patchelf'], packages: ['llvm', 'patchelf'], why: 'they fit the runtime of either architecture into a release', otherwise: 'Install LLVM and patchelf and try again.' });
  if (values['sign-key'] !== undefined) {
    await needPrograms(children, { programs: ['minisign'], packages: ['minisign'], why: 'it signs the bundle', otherwise: 'Install minisign and try again.' });
  }
  return true;
});
if (ready) await handOver('scripts/bundle/main.ts', process.argv.slice(2), toolchainEnv());
