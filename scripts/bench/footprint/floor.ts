import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { natsServerBinary, ServerProcess, startNats, tempDir } from '@axion/testkit';
import { build } from 'tsup';
import { ARCHITECTURES } from '../../bundle/architecture.ts';
import { fetchNode } from '../../bundle/node-runtime.ts';
import { root } from '../../setup/paths.mjs';
import type { Watched } from './fleet.ts';
import { unitEnvironment } from './unit-environment.ts';

/** The programs that a floor is made of. */
export interface FloorPrograms {
  readonly node: string;
  readonly natsServer: string;
}

/** Those of the release, with all that was changed in them. */
export const releasePrograms = (release: string): FloorPrograms => ({ node: join(release, 'bin/node'), natsServer: join(release, 'bin/nats-server') });

/** Node of the same version and nats-server as their authors give them out. */
export const stockPrograms = async (signal: AbortSignal): Promise<FloorPrograms> => {
  const architecture = ARCHITECTURES.find(({ name }) => name === process.arch)!;
  return { node: join(await fetchNode(architecture, signal), 'bin/node'), natsServer: natsServerBinary() };
};

/** Builds the program that does nothing but connect to a bus, minified as a component is; gives its file. */
export const buildBare = async (stack: AsyncDisposableStack): Promise<string> => {
  const home = stack.use(await tempDir('floor'));
  const nats = createRequire(join(root, 'packages/bus/package.json')).resolve('nats');
  await mkdir(join(home.path, 'src'));
  await writeFile(join(home.path, 'src/main.ts'), `import { connect } from ${JSON.stringify(nats)};\nawait connect({ servers: process.env.BUS });\nconsole.log('ready');\n`);
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ config: false, entry: [join(home.path, 'src/main.ts')], outDir: join(home.path, 'dist'), format: 'esm', platform: 'node', target: 'node24', noExternal: [/.*/], minify: true, silent: true, banner });
  await writeFile(join(home.path, 'package.json'), '{"type":"module"}');
  return join(home.path, 'dist/main.js');
};

/**
 * The least that so many processes on a bus can be without tricks: Node, and in each `bare`; and the bus with its disk. The
 * allocator's setting is the release's.
 */
export const startFloor = async (programs: FloorPrograms, bare: string, count: number, stack: AsyncDisposableStack): Promise<readonly Watched[]> => {
  const bus = stack.use(await startNats({ binary: programs.natsServer }));
  const watched = [{ name: 'nats-server', pid: bus.process.pid }];
  for (let number = 1; number <= count; number += 1) {
    const env = { ...unitEnvironment(), BUS: bus.url, MALLOC_ARENA_MAX: '1' };
    const running = stack.use(await ServerProcess.start({ name: `bare ${number}`, command: programs.node, args: [bare], env, ready: /ready/ }));
    watched.push({ name: `bare ${number}`, pid: running.pid });
  }
  return watched;
};
