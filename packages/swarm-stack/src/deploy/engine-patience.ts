import { backoffDelay } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';
import { isEngineAway } from '@axion/docker-engine';

const RETRY: BackoffPolicy = { initial: 200, factor: 2, max: 3000, jitter: 0.5 };

/**
 * Repeats `work` while the engine cannot be asked, for `patienceMs` at most: an engine that restarts is back in seconds,
 * and a deployment that meets that must not fail. `work` must be safe to repeat.
 */
export const whileEngineAway = async <T>(work: () => Promise<T>, patienceMs: number, clock: Clock, signal: AbortSignal): Promise<T> => {
  const until = clock.monotonic() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const delay = backoffDelay(RETRY, attempt);
      if (!isEngineAway(error) || clock.monotonic() + delay >= until) throw error;
      await clock.sleep(delay, signal);
    }
  }
};
