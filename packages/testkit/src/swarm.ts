import { randomInt } from 'node:crypto';
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
  // Every swarm of this host has its own address: the port for the engines' talk about networks is fixed, and an engine that
  // cannot have it starts no more tasks after about a hundred networks have come and gone.
  const address = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;
  const body = {
    ListenAddr: `${address}:${await freePort()}`,
    AdvertiseAddr: address,
    DataPathAddr: address,
    DataPathPort: 20_000 + Math.floor(Math.random() * 20_000),
  };
  await engine.call('POST', '/swarm/init', { body });
  return async () => void (await engine.call('POST', '/swarm/leave?force=true'));
};
