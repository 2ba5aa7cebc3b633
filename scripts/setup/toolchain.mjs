// The pinned Node and pnpm, then the workspace's own packages. Nothing installed globally is used or changed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ALSO_SEARCHED, run, which } from './command.mjs';
import { needPackages } from './debian.mjs';
import { SetupFailure } from './failure.mjs';
import { dev, root } from './paths.mjs';
import { nodeVersion, olderNodeVersion, pnpmVersion } from './pins.mjs';
import { step } from './progress.mjs';
import { digest, once } from './stamp.mjs';

/** @typedef {import('./children.mjs').Children} Children */

const nodePackage = () => {
  if (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')) return `node-linux-${process.arch}`;
  throw new SetupFailure(`There is no pinned Node for ${process.platform} ${process.arch}: the set-up works on Linux, x64 and arm64.`);
};

/** `AXION_NODE=24` takes the older Node that has to do as well; `scripts/axion` reads it the same way. */
const wantedNode = () => process.env['AXION_NODE'] || undefined;

/** The pinned version of the Node that runs everything. */
const chosenNodeVersion = () => {
  const pinned = [nodeVersion, olderNodeVersion];
  const version = pinned.find((each) => each.split('.')[0] === (wantedNode() ?? nodeVersion.split('.')[0]));
  if (version === undefined) throw new SetupFailure(`AXION_NODE=${wantedNode()} is no Node that is pinned here; it takes ${pinned.map((each) => each.split('.')[0]).join(' or ')}.`);
  return version;
};

/** The pinned Node and pnpm; each Node that was asked for has a folder of its own. */
const toolchain = () => join(dev, wantedNode() === undefined ? 'toolchain' : `toolchain-${wantedNode()}`);

/** Links to the toolchain's programs, to be put first on `PATH`. */
const toolchainBin = () => join(toolchain(), 'node_modules/.bin');

/** The pinned Node's own program. */
export const pinnedNode = () => join(toolchain(), 'node_modules', nodePackage(), 'bin/node');

/** The environment in which the workspace's programs run: the pinned Node and pnpm first on `PATH`. */
export const toolchainEnv = () => ({
  PATH: [toolchainBin(), join(root, 'node_modules/.bin'), process.env['PATH'] ?? '', ...ALSO_SEARCHED].join(delimiter),
});

/** @param {Children} children */
export const installToolchain = async (children) => {
  const node = nodePackage();
  const version = chosenNodeVersion();
  const home = toolchain();
  const key = digest(node, version, pnpmVersion);
  const intact = () => existsSync(pinnedNode()) && existsSync(join(toolchainBin(), 'pnpm'));
  await once(join(home, 'stamp'), key, intact, async () => {
    if (which('npm') === undefined) throw new SetupFailure('npm is missing: it brings the pinned Node and pnpm. Install Node 20 or newer with npm and try again.');
    const title = `Fetching Node ${version} (${wantedNode() === undefined ? 'the LTS this code targets' : 'as AXION_NODE asks'}) and pnpm ${pnpmVersion} (installs its packages) from npm into .dev/`;
    await step(title, async (detail) => {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), '{"private":true}\n');
      const packages = [`${node}@${version}`, `pnpm@${pnpmVersion}`];
      const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--save-exact', '--ignore-scripts', '--loglevel=error'];
      await run(children, 'npm', ['install', ...flags, ...packages], { cwd: home, onLine: detail });
    });
    await needPackages(children, {
      missing: async () => (await libraryMissing(children) ? ['libatomic.so.1'] : []),
      packages: ['libatomic1'],
      why: 'the pinned Node is linked to it',
      otherwise: 'Install libatomic and try again.',
    });
    // Puts pnpm's native binary in place of a stub that only a shell can start; npm versions differ on running it themselves.
    await run(children, pinnedNode(), [join(home, 'node_modules/pnpm/install.js')], { log: 'pnpm-install', env: { npm_lifecycle_event: 'preinstall' } });
  });
};

/** @param {Children} children */
export const installPackages = async (children) => {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'));
  const installed = join(root, 'node_modules/.modules.yaml');
  await once(join(root, 'node_modules/.axion-stamp'), digest(lock, pnpmVersion), () => existsSync(installed), async () => {
    await step("Installing the workspace's packages with pnpm, as the lock file says", async (detail) => {
      const options = { cwd: root, env: { ...toolchainEnv(), CI: 'true' }, onLine: detail };
      await run(children, join(toolchainBin(), 'pnpm'), ['install', '--frozen-lockfile', '--reporter=append-only'], options);
    });
  });
};

/** Debian's smallest installations lack a library that the official Node build needs. @param {Children} children */
const libraryMissing = async (children) => {
  try {
    await run(children, pinnedNode(), ['--version'], { log: 'node-version' });
    return false;
  } catch (error) {
    if (error instanceof SetupFailure && error.message.includes('libatomic')) return true;
    throw error;
  }
};
