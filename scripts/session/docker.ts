import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineApi, importImage, needSwarm, pushImage, removeImages, startDockerd, startRegistry } from '@axion/testkit';
import { dev } from '../setup/paths.mjs';
import { part } from '../setup/progress.mjs';
import { removeLeftObjects } from './left-objects.ts';
import type { Session } from './session.ts';

/** The Docker side of a session. */
export interface DockerSide {
  readonly engine: EngineApi;
  /** `host:port` of the registry. */
  readonly registry: string;
  /** An image of busybox in that registry. */
  readonly image: string;
}

/**
 * An engine in swarm mode, a registry on loopback and an image in it, for as long as the session lives. The engine that
 * answers on DOCKER_HOST is used and left as it was; where there is none, a private one is started under `.dev/docker`.
 */
export const openDocker = async (session: Session): Promise<DockerSide> => {
  const { stack, signal } = session;
  signal.throwIfAborted();
  const own = new EngineApi(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  const shared = await own.answers();
  const engine = shared ? own : await startPrivate(session);
  process.env['DOCKER_HOST'] = engine.host;
  const { state } = await engine.swarm();
  const leaveSwarm = await needSwarm(engine);
  for (const id of session.abandoned) await removeLeftObjects(engine, id);
  if (state !== 'active') session.atEnd('Swarm', leaveSwarm);
  stack.defer(async () => {
    // What an interruption leaves on an engine that ends now ends with it.
    if (shared || !signal.aborted) await removeLeftObjects(engine, session.id);
  });

  const registry = await session.start('Image registry', () => startRegistry());
  const image = `${registry.address}/demo/busybox:1`;
  stack.defer(() => removeImages(engine, `${registry.address}/`));
  await part('Image made of busybox', async () => {
    await importImage(engine, image);
    signal.throwIfAborted();
    await pushImage(engine, image);
  });
  Object.assign(process.env, { AXION_TEST_REGISTRY: registry.address, AXION_TEST_IMAGE: image });
  return { engine, registry: registry.address, image };
};

const startPrivate = async ({ stack, id, signal, start }: Session): Promise<EngineApi> => {
  const dir = join(dev, 'docker', id);
  const before = new Set(BRIDGES.filter(isThere));
  stack.defer(() => {
    for (const bridge of BRIDGES) if (!before.has(bridge) && isThere(bridge)) removeBridge(bridge);
    rmSync(dir, { recursive: true, force: true });
  });
  const engine = await start('Docker engine of its own, under .dev/docker', () => startDockerd({ dir, signal }));
  return engine.api;
};

/** Network devices that an engine makes and leaves behind when it ends. */
const BRIDGES = ['docker0', 'docker_gwbridge'];
const isThere = (device: string): boolean => readFileSync('/proc/self/net/dev', 'utf8').includes(`${device}:`);

const removeBridge = (device: string): void => {
  execFileSync(process.env['AXION_TEST_BUSYBOX'] ?? 'busybox', ['ip', 'link', 'del', device], { stdio: 'ignore' });
};
