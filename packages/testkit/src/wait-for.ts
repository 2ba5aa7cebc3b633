import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Names what is awaited in the error, e.g. `the service to converge`. */
  readonly what?: string;
  /** Milliseconds until the wait fails. Default 10,000. */
  readonly timeoutMs?: number;
  /** Milliseconds between two looks. Default 25. */
  readonly intervalMs?: number;
}

type Falsy = false | null | undefined;

/**
 * Looks with `probe` until it answers with something, and gives that. A probe that throws counts as "not yet"; its last
 * error is the cause when time runs out.
 */
export const waitFor = async <T>(probe: () => Promise<T | Falsy> | T | Falsy, options: WaitOptions = {}): Promise<T> => {
  const { what = 'the condition', timeoutMs = 10_000, intervalMs = 25 } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== null && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) {
      const last = cause instanceof Error ? `; last error: ${cause.message}` : '';
      throw new Error(`waited ${timeoutMs / 1000} s for ${what} in vain${last}`, { cause });
    }
    await sleep(intervalMs);
  }
};
