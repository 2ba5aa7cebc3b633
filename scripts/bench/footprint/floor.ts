import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ServerProcess, startNats, tempDir } from '@axion/testkit';
import { build } from 'tsup';
import { appBuild } from '../../../tsup.base.ts';
import { root } from '../../setup/paths.mjs';
import type { Watched } from './fleet.ts';

/** The least that so many processes on a bus can be: Node, and in each nothing but a NATS connection; and the bus. */
export const startFloor = async (release: string, count: number, stack: AsyncDisposableStack): Promise<readonly Watched[]> => {
  const home = stack.use(await tempDir('floor'));
  const nats = createRequire(join(root, 'packages/bus/package.json')).resolve('nats');
  await mkdir(join(home.path, 'src'));
  await writeFile(join(home.path, 'src/main.ts'), `import { connect } from ${JSON.stringify(nats)};\nawait connect({ servers: process.env.BUS });\nconsole.log('ready');\n`);
  await build({ ...appBuild, config: false, entry: [join(home.path, 'src/main.ts')], outDir: join(home.path, 'dist'), splitting: false });
  await writeFile(join(home.path, 'package.json'), '{"type":"module"}');
  const bus = stack.use(await startNats());
  const watched = [{ name: 'nats-server', pid: bus.process.pid }];
  for (let number = 1; number <= count; number += 1) {
    const env = { BUS: bus.url, MALLOC_ARENA_MAX: '1' };
    const running = stack.use(await ServerProcess.start({ name: `bare ${number}`, command: join(release, 'bin/node'), args: [join(home.path, 'dist/main.js')], env, ready: /ready/ }));
    watched.push({ name: `bare ${number}`, pid: running.pid });
  }
  return watched;
};
