// `npm run build`: the set-up's toolchain, then the components as one file each under apps/*/dist.
import { readArguments } from './setup/arguments.mjs';
import { buildApps } from './setup/build.mjs';
import { withChildren } from './setup/main.mjs';
import { installPackages, installToolchain, toolchainEnv } from './setup/toolchain.mjs';

readArguments('usage: npm run build', { options: {} });

await withChildren(async (children) => {
  await installToolchain(children);
  await installPackages(children);
  await buildApps(children, toolchainEnv());
});
