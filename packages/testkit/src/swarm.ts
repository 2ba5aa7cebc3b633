import type { EngineApi } from './engine-api.ts';
import { freePort } from './free-port.ts';

/**
 * Makes the engine a swarm of one on loopback, unless it is in a swarm already. Gives how to leave again; for a swarm
 * that was there before that is a no-op.
 *
 * @throws when the engine is a worker of somebody's swarm: stacks can be deployed from a manager alone
 */
export const needSwarm = async (engine: EngineApi): Promise<() => Promise<void>> => {
  const { state, manager } = await engine.swarm();
  if (state === 'active') {
    if (!manager) throw new Error(`the engine at ${engine.host} is a worker in a swarm; a manager is needed (set DOCKER_HOST to one)`);
    return () => Promise.resolve();
  }
  // Every swarm of this host has its own ports, so that engines side by side do not answer for each other.
  const body = {
    ListenAddr: `127.0.0.1:${await freePort()}`,
    AdvertiseAddr: '127.0.0.1',
    DataPathAddr: '127.0.0.1',
    DataPathPort: 20_000 + Math.floor(Math.random() * 20_000),
  };
  await engine.call('POST', '/swarm/init', { body });
  return async () => void (await engine.call('POST', '/swarm/leave?force=true'));
};
