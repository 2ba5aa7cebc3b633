import { join } from 'node:path';
import { startDockerd } from './dockerd.ts';
import type { Dockerd } from './dockerd.ts';
import { importImage } from './image.ts';
import { needSwarm } from './swarm.ts';
import { tempDir } from './temp-dir.ts';

export interface PrivateEngineOptions {
  /** Makes it a swarm of one. Default true. */
  readonly swarm?: boolean;
  /** Shares the network of that engine, so that the two can form a swarm; end this one first. */
  readonly beside?: Dockerd;
}

/**
 * An engine of the test's own, which it may stop, kill and freeze (`process.signal('SIGSTOP')`: it takes connections and
 * never answers). It has a network with loopback alone, so the test cannot reach ports nor the engine a registry; the
 * image `busybox:1` is there.
 */
export const startPrivateEngine = async ({ swarm = true, beside }: PrivateEngineOptions = {}): Promise<Dockerd> => {
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await tempDir('engine'));
  const engine = stack.use(await startDockerd({ dir: join(home.path, 'd'), ownNetwork: true, ...(beside === undefined ? {} : { beside }) }));
  await importImage(engine.api, 'busybox:1');
  if (swarm) await needSwarm(engine.api);
  const owned = stack.move();
  // Engines keep their getters (the process changes at a restart), so this one is put in front instead of copied.
  return Object.create(engine, { [Symbol.asyncDispose]: { value: () => owned.disposeAsync() } }) as Dockerd;
};
