import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ServerProcess, startNats, tempDir } from '@axion/testkit';
import { build } from 'tsup';
import { root } from '../../setup/paths.mjs';
import type { Watched } from './fleet.ts';
import { unitEnvironment } from './unit-environment.ts';

/**
 * The least that so many processes on a bus can be without tricks: Node, and in each nothing but a NATS connection, bundled
 * and minified; and the bus with its disk. Node, nats-server and the allocator's setting are the release's.
 */
export const startFloor = async (release: string, count: number, stack: AsyncDisposableStack): Promise<readonly Watched[]> => {
  const home = stack.use(await tempDir('floor'));
  const nats = createRequire(join(root, 'packages/bus/package.json')).resolve('nats');
  await mkdir(join(home.path, 'src'));
  await writeFile(join(home.path, 'src/main.ts'), `import { connect } from ${JSON.stringify(nats)};\nawait connect({ servers: process.env.BUS });\nconsole.log('ready');\n`);
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ config: false, entry: [join(home.path, 'src/main.ts')], outDir: join(home.path, 'dist'), format: 'esm', platform: 'node', target: 'node24', noExternal: [/.*/], minify: true, silent: true, banner });
  await writeFile(join(home.path, 'package.json'), '{"type":"module"}');
  const bus = stack.use(await startNats({ binary: join(release, 'bin/nats-server') }));
  const watched = [{ name: 'nats-server', pid: bus.process.pid }];
  for (let number = 1; number <= count; number += 1) {
    const env = { ...unitEnvironment(), BUS: bus.url, MALLOC_ARENA_MAX: '1' };
    const running = stack.use(await ServerProcess.start({ name: `bare ${number}`, command: join(release, 'bin/node'), args: [join(home.path, 'dist/main.js')], env, ready: /ready/ }));
    watched.push({ name: `bare ${number}`, pid: running.pid });
  }
  return watched;
};
