import { untilAborted } from '@axion/core';
import type { Engine, Service, SwarmNode, Task } from '@axion/docker-engine';
import { LABELS } from '@axion/swarm-stack';

/** What the engine says of one stack. */
export interface Sight {
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
  readonly nodes: readonly SwarmNode[];
}

interface Asker {
  readonly namespace: string;
  readonly see: (sight: Sight) => void;
  readonly fail: (error: unknown) => void;
}

/** From so many stacks on it is less work for the engine to list them all at once. */
const MANY = 5;
const NOTHING: Sight = { services: [], tasks: [], nodes: [] };

/**
 * Looks at stacks for everyone who asks.
 *
 * Invariants: an answer comes from a look that began after it was asked for, so it is as true as a look of one's own; there is one
 * look at a time, and whoever asks meanwhile shares the next.
 */
export class SharedSight {
  readonly #engine: Pick<Engine, 'services' | 'tasks' | 'nodes'>;
  #askers: Asker[] = [];
  #looking = false;

  constructor(engine: Pick<Engine, 'services' | 'tasks' | 'nodes'>) {
    this.#engine = engine;
  }

  /** What is there of a stack now. Rejects with the engine's error, or the signal's reason. */
  of(namespace: string, signal: AbortSignal): Promise<Sight> {
    const { promise, resolve, reject } = Promise.withResolvers<Sight>();
    this.#askers.push({ namespace, see: resolve, fail: reject });
    if (!this.#looking) void this.#lookWhileAsked();
    return untilAborted(promise, signal);
  }

  async #lookWhileAsked(): Promise<void> {
    this.#looking = true;
    while (this.#askers.length > 0) {
      const askers = Map.groupBy(this.#askers.splice(0), ({ namespace }) => namespace);
      if (askers.size < MANY) await Promise.all([...askers].map(([namespace, its]) => this.#answer(its, `${LABELS.namespace}=${namespace}`)));
      else await this.#answer([...askers.values()].flat(), LABELS.namespace);
    }
    this.#looking = false;
  }

  /** Never rejects. */
  async #answer(askers: readonly Asker[], label: string): Promise<void> {
    try {
      const { services, tasks, nodes } = await this.#look(label);
      const byStack = Map.groupBy(services, ({ spec }) => spec.Labels[LABELS.namespace]);
      const byService = Map.groupBy(tasks, ({ serviceId }) => serviceId);
      for (const { namespace, see } of askers) {
        const own = byStack.get(namespace) ?? [];
        see({ services: own, tasks: own.flatMap(({ id }) => byService.get(id) ?? []), nodes });
      }
    } catch (error) {
      for (const { fail } of askers) fail(error);
    }
  }

  async #look(label: string): Promise<Sight> {
    const { services, tasks, nodes } = this.#engine;
    const filters = { label: [label] };
    const found = await services.list(filters);
    // Where nothing is wanted, nothing runs that a status would speak of.
    if (found.length === 0) return NOTHING;
    const [running, machines] = await Promise.all([tasks.list(filters), nodes.list()]);
    return { services: found, tasks: running, nodes: machines };
  }
}
