import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import { isEngineAway } from '@axion/docker-engine';
import type { Container, Engine } from '@axion/docker-engine';
import type { Wake } from '../converge/engine-watch.ts';
import { observeStack } from '../observe/observe-stack.ts';
import { LABELS } from '../stack/labels.ts';

export interface Removed {
  readonly services: readonly string[];
  readonly networks: readonly string[];
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
}

const AGAIN_MS = 400;
/** Tasks of a node that is down never report their end. */
const GONE = new Set(['remove', 'orphaned']);
const ENDED = new Set(['exited', 'dead', 'created']);

/** What a killed engine leaves of tasks that Swarm has forgotten meanwhile: it has ended, and nobody else would ever remove it. */
const removeForgotten = async (engine: Engine, containers: readonly Container[], signal: AbortSignal): Promise<void> => {
  for (const { id } of containers.filter(({ state }) => ENDED.has(state))) {
    // One that the engine is removing itself is looked at again.
    await engine.containers.remove(id, signal).catch((error: unknown) => isEngineAway(error) && Promise.reject(error));
  }
};

/**
 * Removes a stack and returns when it is really gone: services, tasks, networks, secrets, configs, and on this node the
 * containers, which outlive their tasks a little and hold volumes and ports until then. Named volumes stay.
 *
 * @param deadline monotonic milliseconds
 * @throws {AxionError} `DEADLINE_EXCEEDED` `STUCK` that names what is still there
 */
export const removeStack = async (engine: Engine, namespace: string, wake: Wake, clock: Clock, deadline: number, signal: AbortSignal): Promise<Removed> => {
  const removed = { services: new Set<string>(), networks: new Set<string>(), secrets: new Set<string>(), configs: new Set<string>() };
  const names = (): Removed => ({ services: [...removed.services], networks: [...removed.networks], secrets: [...removed.secrets], configs: [...removed.configs] });
  for (;;) {
    const own = { label: [`${LABELS.namespace}=${namespace}`] };
    const [found, tasks, containers] = await Promise.all([observeStack(engine, namespace, signal), engine.tasks.list(own, signal), engine.containers.list(own, signal)]);
    const live = tasks.filter(({ state }) => !GONE.has(state));
    const kinds = ['services', 'secrets', 'configs', 'networks'] as const;
    const left = kinds.flatMap((kind) => found[kind].map(({ name }) => `${kind.slice(0, -1)} ${name}`));
    if (left.length === 0 && live.length === 0 && containers.length === 0) return names();
    if (clock.monotonic() >= deadline) {
      const waiting = [...live.map(({ id, state, nodeId }) => `task ${id} (${state} on node ${nodeId ?? '?'})`), ...containers.map(({ name, status }) => `container ${name} (${status})`)];
      throw new AxionError('DEADLINE_EXCEEDED', `not everything of ${namespace} is gone; still there: ${[...left, ...waiting].slice(0, 20).join(', ')}`, {
        reason: 'STUCK',
        details: { stuck: [...left, ...waiting].slice(0, 50) },
      });
    }
    for (const kind of kinds) {
      for (const { id, name } of found[kind]) {
        try {
          await engine[kind].remove(id, signal);
          removed[kind].add(name);
        } catch (error) {
          // Busy until the last task is gone.
          if (!(error instanceof AxionError) || error.reason !== 'IN_USE') throw error;
        }
      }
    }
    if (left.length === 0 && live.length === 0) await removeForgotten(engine, containers, signal);
    await wake.next(AGAIN_MS, signal);
  }
};
