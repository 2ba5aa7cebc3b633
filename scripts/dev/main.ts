// One component from source on a bus of its own; `scripts/dev.mjs` is the way in.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { freePort, natsServerBinary } from '@axion/testkit';
import { BusServer } from '../../packages/bus/src/index.ts';
import { runSession } from '../session/session.ts';
import type { Session } from '../session/session.ts';
import { dev, root } from '../setup/paths.mjs';
import { say, step } from '../setup/progress.mjs';
import { surroundingsOf, toToml } from './surroundings.ts';

/** Starts the bus and writes the configuration that points to it; gives the configuration's path. */
const startBus = async (component: string, session: Session): Promise<string> => {
  const dir = join(dev, 'run', component);
  // Every start is a fresh one: what an earlier version of the code left on the bus would only confuse.
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const around = await surroundingsOf(component, session, dir);
  const url = `nats://127.0.0.1:${await freePort()}`;
  const bus = { url, credentialsDir: join(dir, 'credentials'), storeDir: join(dir, 'store') };
  const file = join(dir, 'agent.toml');
  const settings = {
    ...around,
    // With an id nobody has to enrol first; only control-link is to do that itself.
    agent: { data_dir: dir, projects_dir: join(dir, 'projects'), ...(component === 'control-link' ? {} : { id: 'dev' }) },
    bus: { url, credentials_dir: bus.credentialsDir, store_dir: bus.storeDir },
    logging: { format: 'text', level: 'debug' },
  };
  await writeFile(file, toToml(settings));
  const server = new BusServer({ ...bus, binary: natsServerBinary(), maxStoreMb: 256, configFile: join(dir, 'nats.conf') });
  session.stack.defer(() => server.stop());
  await step('Starting a private bus', () => server.start(session.signal));
  return file;
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
  const entry = join(root, 'apps', component, 'src/main.ts');
  if (component === '' || !existsSync(entry)) {
    const apps = (await readdir(join(root, 'apps'))).filter((name) => existsSync(join(root, 'apps', name, 'src/main.ts')));
    say(`npm run dev -- COMPONENT, one of: ${apps.join(', ')}`);
    return 2;
  }
  const config = await startBus(component, session);
  const shown = relative(process.cwd(), config);
  say(`\n${component} runs from source and starts again on every change. From another terminal:`);
  say(`  ./scripts/axion --config ${shown} bus watch`);
  say(`  ./scripts/axion --config ${shown} bus send deploy examples/hello.yml --project hello\n`);
  return watchComponent(entry, config, session.signal);
});
