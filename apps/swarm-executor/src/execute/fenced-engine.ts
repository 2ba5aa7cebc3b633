import type { Engine } from '@axion/docker-engine';

/**
 * The engine as an executor may write to it: each write asks first whether the lease is still held. An instance that was
 * paused and woke up after its work was taken over changes nothing more.
 *
 * @param assertHeld throws when the lease is lost
 */
export const fencedEngine = (engine: Engine, assertHeld: () => void): Engine => {
  const fenced = <Port extends object>(port: Port, writes: readonly (keyof Port)[]): Port => {
    const copy = { ...port };
    for (const name of writes) {
      const write = port[name] as (...args: readonly unknown[]) => Promise<unknown>;
      const guarded = async (...args: readonly unknown[]): Promise<unknown> => {
        assertHeld();
        return write(...args);
      };
      copy[name] = guarded as Port[typeof name];
    }
    return copy;
  };
  return {
    ...engine,
    services: fenced(engine.services, ['create', 'update', 'remove']),
    networks: fenced(engine.networks, ['create', 'remove']),
    secrets: fenced(engine.secrets, ['create', 'update', 'remove']),
    configs: fenced(engine.configs, ['create', 'update', 'remove']),
    containers: fenced(engine.containers, ['remove']),
    swarm: fenced(engine.swarm, ['init', 'join', 'leave']),
  };
};
