// One component from source on a bus of its own; `scripts/dev.mjs` is the way in.
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { freePort, natsServerBinary } from '@axion/testkit';
import { BusServer } from '../../packages/bus/src/index.ts';
import { runSession } from '../session/session.ts';
import type { Session } from '../session/session.ts';
import { dev, root } from '../setup/paths.mjs';
import { say } from '../setup/progress.mjs';
import { surroundingsOf, toToml } from './surroundings.ts';

/** Starts the bus and what else the component meets, and writes the configuration that points to them. */
const startAround = async (component: string, session: Session): Promise<{ readonly config: string; readonly image: string | undefined }> => {
  const dir = join(dev, 'run', component);
  // Every start is a fresh one: what an earlier version of the code left on the bus would only confuse.
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  // Keys of the bus are in there.
  session.stack.defer(() => rm(dir, { recursive: true, force: true }));
  const { sections, image } = await surroundingsOf(component, session, dir);
  const url = `nats://127.0.0.1:${await freePort()}`;
  const bus = { url, credentialsDir: join(dir, 'credentials'), storeDir: join(dir, 'store') };
  const file = join(dir, 'agent.toml');
  const settings = {
    ...sections,
    // With an id nobody has to enrol first; only control-link is to do that itself.
    agent: { data_dir: dir, projects_dir: join(dir, 'projects'), ...(component === 'control-link' ? {} : { id: 'dev' }) },
    bus: { url, credentials_dir: bus.credentialsDir, store_dir: bus.storeDir },
    logging: { format: 'text', level: 'debug' },
  };
  await writeFile(file, toToml(settings));
  const server = new BusServer({ ...bus, binary: natsServerBinary(), endsWithParent: true, maxStoreMb: 256, configFile: join(dir, 'nats.conf') });
  await session.start('Bus of its own', async () => {
    await server.start(session.signal);
    return { [Symbol.asyncDispose]: () => server.stop() };
  });
  return { config: file, image };
};

/** Runs the component until the session is interrupted; Node restarts it when one of its sources changes. */
const watchComponent = async (entry: string, config: string, signal: AbortSignal): Promise<number> => {
  signal.throwIfAborted();
  const env = { ...process.env, AXION_CONFIG: config };
  const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', entry], { cwd: root, stdio: 'inherit', env, detached: true });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (code) => resolve(code ?? 0));
  signal.addEventListener('abort', () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 15_000).unref();
  });
  return promise;
};

process.exitCode = await runSession(async (session) => {
  const [component = ''] = process.argv.slice(2);
  say('');
  const { config, image } = await startAround(component, session);
  const axion = `./scripts/axion --config ${relative(root, config)}`;
  say(`\n${component} runs from source and starts again on every change; Ctrl-C ends it. From another terminal:`);
  say(`  ${axion} bus watch`);
  if (component === 'swarm-executor') say(`  ${axion} bus send deploy examples/hello.yml --project hello --env IMAGE=${image} --env API_KEY=example`);
  say('');
  return watchComponent(join(root, 'apps', component, 'src/main.ts'), config, session.signal);
});
