import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@axion/core';
import { openEngine } from '@axion/docker-engine';
import { checkout, sharedImage, tempDir, uniqueName } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';
import pino from 'pino';
import { ComposeCommand } from '../src/drivers/compose/compose-command.ts';
import { ComposeDriver } from '../src/drivers/compose/compose-driver.ts';
import { ComposeHome } from '../src/drivers/compose/compose-home.ts';
import { ImageStore } from '../src/drivers/container/image-store.ts';
import type { Instance, Wanted } from '../src/drivers/driver.ts';
import { endStrayPrograms } from '../src/drivers/program/stray-programs.ts';
import type { ComposeSpec } from '../src/workload/spec.ts';

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where `npm run setup -- --compose-v2` puts it. */
const COMPOSE_V2 = join(checkout, '.dev/bin/docker-compose-v2');
export const hasComposeV2 = isProgram(COMPOSE_V2);

/** The Compose programs that are here: version 2 as the set-up builds it, version 1 as Debian has it. */
export const composePrograms = (): readonly string[] => {
  const found = [COMPOSE_V2, '/usr/bin/docker-compose'].filter(isProgram);
  return found.length === 0 ? ['docker compose'] : found;
};

export interface ComposeRig extends AsyncDisposable {
  readonly driver: ComposeDriver;
  readonly home: string;
  readonly signal: AbortSignal;
  /** A workload id nothing else has; whatever carries it is removed with the rig, its volumes too. */
  id(name: string): string;
  wanted(id: string, revision: string, yaml: string, over?: Partial<ComposeSpec> & { readonly desired?: 'running' | 'stopped' }): Wanted<'compose'>;
  /** Prepares and places it. */
  apply(wanted: Wanted<'compose'>, signal?: AbortSignal): Promise<Instance>;
  inspect(id: string): Promise<Instance | 'absent'>;
  containers(id: string): Promise<readonly { readonly Id: string; readonly State: string; readonly Labels: Readonly<Record<string, string>> }[]>;
  volumes(id: string): Promise<readonly string[]>;
  /** What a shell prints that has the volume at /data. */
  inVolume(volume: string, command: string): Promise<string>;
  /** A running container of a service as somebody else's Compose made it, with its volumes; its id. */
  byHand(project: string, directory: string, service: string, command: readonly string[], volumes?: Readonly<Record<string, string>>): Promise<string>;
  /** A second driver on the same files: what a restart of the executor has. */
  again(): ComposeDriver;
  /** The driver of another agent on the same engine. */
  stranger(): ComposeDriver;
}

export const composeRig = async (engine: EngineApi, program: string, host = engine.host): Promise<ComposeRig> => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempDir('compose'));
  const opened = openEngine({ host, deadlineMs: 20_000 });
  stack.defer(() => opened.close());
  const log = pino({ level: 'silent' });
  const make = (owner = 'this'): ComposeDriver =>
    new ComposeDriver(
      {
        engine: opened,
        owner,
        compose: new ComposeCommand({ configured: program, dockerHost: host, home: folder.path, env: process.env }),
        home: new ComposeHome(folder.path, log),
        images: new ImageStore({ engine: opened, disk: async () => undefined, maxDiskPercent: 100 }),
        usage: async () => new Map(),
        clock: systemClock,
        log,
        patienceMs: 30_000,
      },
      () => endStrayPrograms(folder.path),
    );
  const driver = make();
  const ids: string[] = [];
  const filter = (label: string): string => encodeURIComponent(JSON.stringify({ label: [label] }));
  const containers: ComposeRig['containers'] = async (id) => (await engine.call('GET', `/containers/json?all=1&filters=${filter(`com.docker.compose.project=${id}`)}`)) as Awaited<ReturnType<ComposeRig['containers']>>;
  const volumes: ComposeRig['volumes'] = async (id) => {
    const { Volumes } = (await engine.call('GET', `/volumes?filters=${filter(`com.docker.compose.project=${id}`)}`)) as { Volumes?: { Name: string }[] };
    return (Volumes ?? []).map(({ Name }) => Name).toSorted();
  };
  stack.defer(async () => {
    for (const id of ids) {
      for (const { Id } of await containers(id)) await engine.call('DELETE', `/containers/${Id}?force=1`);
      for (const volume of await volumes(id)) await engine.call('DELETE', `/volumes/${volume}`);
      const networks = (await engine.call('GET', `/networks?filters=${filter(`com.docker.compose.project=${id}`)}`)) as { Id: string }[];
      for (const { Id } of networks) await engine.call('DELETE', `/networks/${Id}`);
    }
  });
  const signal = AbortSignal.timeout(110_000);
  const owned = stack.move();
  return {
    driver,
    home: folder.path,
    signal,
    id: (name) => {
      const id = uniqueName(`cmp-${name}`);
      ids.push(id);
      return id;
    },
    wanted: (id, revision, yaml, { desired = 'running', ...spec } = {}) => ({ id, revision, desired, memo: `sealed ${id} ${revision}`, spec: { projectName: '', composeYaml: yaml, env: {}, ...spec } }),
    apply: async (wanted, until = signal) => {
      driver.validate(wanted.id, wanted.spec);
      await driver.prepare(wanted, undefined, until);
      return driver.replace(wanted, undefined, until);
    },
    inspect: async (id) => {
      const observed = await driver.inspect(id, signal);
      if (!observed.known) throw observed.because;
      return observed.value;
    },
    containers,
    volumes,
    inVolume: async (volume, command) => {
      const { Id } = (await engine.call('POST', '/containers/create', {
        body: { Image: sharedImage(), Cmd: ['sh', '-c', command], Tty: true, HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] } },
      })) as { Id: string };
      try {
        await engine.call('POST', `/containers/${Id}/start`);
        await engine.call('POST', `/containers/${Id}/wait`);
        return String(await engine.call('GET', `/containers/${Id}/logs?stdout=1&stderr=1`)).trim();
      } finally {
        await engine.call('DELETE', `/containers/${Id}?force=1`);
      }
    },
    byHand: async (project, directory, service, command, kept = {}) => {
      const labels = { 'com.docker.compose.project': project };
      for (const name of Object.keys(kept)) await engine.call('POST', '/volumes/create', { body: { Name: `${project}_${name}`, Labels: { ...labels, 'com.docker.compose.volume': name } } });
      const Mounts = Object.entries(kept).map(([name, Target]) => ({ Type: 'volume', Source: `${project}_${name}`, Target }));
      const { Id } = (await engine.call('POST', `/containers/create?name=${project}_${service}_1`, {
        body: {
          Image: sharedImage(),
          Cmd: command,
          Labels: { ...labels, 'com.docker.compose.project.working_dir': directory, 'com.docker.compose.service': service, 'com.docker.compose.container-number': '1', 'com.docker.compose.oneoff': 'False', 'com.docker.compose.config-hash': '0', 'com.docker.compose.version': '1.29.2' },
          HostConfig: { Mounts },
        },
      })) as { Id: string };
      await engine.call('POST', `/containers/${Id}/start`);
      return Id;
    },
    again: () => make(),
    stranger: () => make('another'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
