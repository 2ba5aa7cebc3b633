import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from '../setup/paths.mjs';
import type { Architecture } from './architecture.ts';
import type { BuildFacts } from './build-facts.ts';
import { goParts } from './go-parts.ts';
import { installer } from './installer.mjs';
import { fetchLibatomic, libatomicPart, LIBATOMIC } from './libatomic.ts';
import { copyLicences } from './licences.ts';
import { buildNatsServer, NATS_SERVER_CHANGES } from './nats-server.ts';
import { fetchNode, NODE_CHANGES, stripNode } from './node-runtime.ts';
import { mergeParts } from './part.ts';
import type { Part } from './part.ts';
import { sbomOf } from './sbom.ts';
import { sha256, sumLines } from './sums.ts';
import { natsServerVersion, nodeVersion } from '../setup/pins.mjs';
import { tool } from './tool.ts';

/** What is the same for every architecture. */
export interface Common {
  readonly facts: BuildFacts;
  /** Folder with the components' files. */
  readonly lib: string;
  readonly npmParts: readonly Part[];
  /** Sources of nats-server. */
  readonly natsServer: string;
}

/** Files of the repository that go into a release as they are. */
const SHIPPED = [
  { from: 'deploy/bundle/axion', to: 'bin/axion', mode: 0o755 },
  { from: 'deploy/bundle/agent.toml', to: 'share/agent.toml', mode: 0o644 },
  { from: 'LICENSE', to: 'LICENSE', mode: 0o644 },
] as const;

const filesUnder = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

const sumsOf = (folder: string, paths: readonly string[]) => Promise.all(paths.map(async (path) => ({ path, sha256: await sha256(join(folder, path)) })));

/** Lays a release out in `tree`. Nothing in it is built or fetched on a server. */
export const layOut = async (tree: string, architecture: Architecture, common: Common, signal: AbortSignal): Promise<void> => {
  const { facts } = common;
  await rm(tree, { recursive: true, force: true });
  await Promise.all(['bin', 'share'].map((folder) => mkdir(join(tree, folder), { recursive: true })));
  await cp(common.lib, join(tree, 'lib'), { recursive: true });
  for (const { from, to, mode } of SHIPPED) {
    await copyFile(join(root, from), join(tree, to));
    await chmod(join(tree, to), mode);
  }
  await writeFile(join(tree, 'install.sh'), await installer(), { mode: 0o755 });
  const [node, libatomic] = await Promise.all([fetchNode(architecture, signal), fetchLibatomic(architecture, signal)]);
  await copyFile(join(libatomic, LIBATOMIC), join(tree, 'lib', LIBATOMIC));
  await Promise.all([stripNode(node, join(tree, 'bin/node'), signal), buildNatsServer(common.natsServer, architecture, join(tree, 'bin/nats-server'), signal)]);
  // The command line is the same file on every architecture, so this machine's Node can ask it for the units. Nothing of an agent that may run here goes in.
  await tool(process.execPath, [join(tree, 'lib/axion.js'), '--config', '/dev/null', 'systemd', 'generate', '--systemd', '247', '--secrets-dir', '/dev/null', '--out', join(tree, 'share/etc')], { signal });
  const parts = mergeParts([
    ...common.npmParts,
    ...(await goParts(join(tree, 'bin/nats-server'), { version: `v${natsServerVersion}`, changes: NATS_SERVER_CHANGES }, 'bin/nats-server', (file) => readFile(file, 'utf8'))),
    { ecosystem: 'generic', name: 'node', version: nodeVersion, license: 'MIT', folder: node, inside: ['bin/node'], changes: NODE_CHANGES },
    libatomicPart(libatomic, await readFile(join(libatomic, 'version'), 'utf8')),
  ]);
  await copyLicences(parts, join(tree, 'licenses'));
  await writeFile(join(tree, 'release.json'), `${JSON.stringify({ version: facts.version, platform: `linux-${architecture.name}`, commit: facts.commit, built: new Date(facts.epoch * 1000).toISOString() })}\n`);
  const programs = (await filesUnder(tree)).filter((path) => /^(bin|lib)\//.test(path));
  await writeFile(join(tree, 'sbom.cdx.json'), sbomOf(facts, `linux-${architecture.name}`, await sumsOf(tree, programs), parts));
  await writeFile(join(tree, 'SHA256SUMS'), sumLines(await sumsOf(tree, await filesUnder(tree))));
};

/** Bytes of all files of a release. */
export const treeSize = async (tree: string): Promise<number> => {
  const sizes = await Promise.all((await filesUnder(tree)).map(async (path) => (await stat(join(tree, path))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};
