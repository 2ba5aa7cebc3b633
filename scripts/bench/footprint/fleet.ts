import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, ServerProcess } from '@axion/testkit';
import { COMPONENTS } from '../../../packages/contracts/src/index.ts';
import { toToml } from '../../dev/surroundings.ts';
import type { Sections } from '../../dev/surroundings.ts';
import { childrenOf, useOf } from './process-use.ts';
import { startManager, unitEnvironment } from './unit-environment.ts';

/** A process under observation. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
}

/** Processes that were started together. */
export interface Fleet {
  readonly watched: readonly Watched[];
  /** From the first process's start until all were ready, s. */
  readonly readySeconds: number;
  /** What all of them used until then. */
  readonly readyCpuSeconds: number;
}

const READY = /"msg":"ready"/;

/** How a unit of the release starts its process: Node's flags and the environment. */
const startOf = async (release: string, name: string): Promise<{ readonly flags: readonly string[]; readonly env: Readonly<Record<string, string>> }> => {
  const folder = join(release, 'share/etc/systemd/system');
  const unit = name === 'bus-server' ? 'axion-bus' : `axion-${name}`;
  const file = (await readdir(folder)).find((entry) => entry === `${unit}.service` || entry === `${unit}@.service`)!;
  const text = await readFile(join(folder, file), 'utf8');
  const [, ...words] = /^ExecStart=(.*)$/m.exec(text)![1]!.split(' ');
  const variables = [...text.matchAll(/^Environment=([^=]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value.replace('%i', '1')] as const);
  return { flags: words.slice(0, -1), env: Object.fromEntries(variables) };
};

/** Starts the release as its units do: the bus, then every component, each its own process. */
export const startFleet = async (release: string, sections: Sections, home: string, stack: AsyncDisposableStack): Promise<Fleet> => {
  const config = join(home, 'agent.toml');
  const busUrl = `nats://127.0.0.1:${await freePort()}`;
  await writeFile(config, toToml({ ...sections, agent: { ...sections['agent'], data_dir: home }, bus: { url: busUrl }, health: { port: await freePort() } }));
  const manager = await startManager(home, stack);
  const start = async (name: string): Promise<Watched> => {
    const { flags, env } = await startOf(release, name);
    const own = { ...unitEnvironment(), ...manager, ...env, AXION_CONFIG: config };
    const running = await ServerProcess.start({ name, command: join(release, 'bin/node'), args: [...flags, join(release, 'lib', `${name}.js`)], env: own, ready: READY });
    stack.use(running);
    return { name, pid: running.pid };
  };
  const began = performance.now();
  const bus = await start('bus-server');
  const components = await Promise.all(COMPONENTS.map(({ name }) => start(name)));
  const readySeconds = (performance.now() - began) / 1000;
  const nats = childrenOf(bus.pid).map((pid) => ({ name: 'nats-server', pid }));
  const watched = [...nats, bus, ...components];
  const readyCpuSeconds = watched.reduce((sum, { pid }) => sum + useOf(pid).cpu, 0);
  return { watched, readySeconds, readyCpuSeconds };
};
