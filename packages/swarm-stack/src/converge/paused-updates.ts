import { asAxionError, backoffDelay } from '@axion/core';
import type { BackoffPolicy } from '@axion/core';
import type { Engine, Service } from '@axion/docker-engine';

/** What a node is going through takes seconds, a full disk minutes. */
const PAUSE: BackoffPolicy = { initial: 5000, factor: 2, max: 60_000, jitter: 0 };

/**
 * Goes on with updates that Swarm paused although no task crashed by itself: the node's disk was full, its engine was killed.
 * Given the same spec again, Swarm takes the update up where it stopped; tasks that have the spec stay as they are.
 */
export class PausedUpdates {
  readonly #engine: Pick<Engine, 'services'>;
  readonly #tries = new Map<string, { readonly count: number; readonly dueAt: number }>();

  constructor(engine: Pick<Engine, 'services'>) {
    this.#engine = engine;
  }

  /** @param now monotonic milliseconds; before the pause is over nothing is done */
  async goOn(held: Service, now: number, signal: AbortSignal): Promise<void> {
    const { count, dueAt } = this.#tries.get(held.id) ?? { count: 0, dueAt: now + backoffDelay(PAUSE, 0) };
    const isDue = now >= dueAt;
    this.#tries.set(held.id, isDue ? { count: count + 1, dueAt: now + backoffDelay(PAUSE, count + 1) } : { count, dueAt });
    if (!isDue) return;
    try {
      await this.#engine.services.update(held, held.spec, undefined, signal);
    } catch (error) {
      // Somebody changed it meanwhile: the next look tells what it is now.
      if (asAxionError(error).reason !== 'UPDATE_OUT_OF_SEQUENCE') throw error;
    }
  }
}
