import { setTimeout as delay } from 'node:timers/promises';

/** Time as a port, so that what waits can be tested without waiting. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. For timestamps only: it may jump. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary start. For deadlines and durations; goes on while the process is paused. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
