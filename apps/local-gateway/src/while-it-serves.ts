import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';

/** Most calls have their answer before anybody looks. */
const LOOK_MS = 1000;
const LOST = 'EXECUTOR_LOST';

export const isLost = (error: unknown): boolean => error instanceof AxionError && error.reason === LOST;

const lost = (cause?: unknown): AxionError => new AxionError('UNAVAILABLE', 'the executor ended while it was at work on this; ask again', { reason: LOST, cause });

/**
 * Passes on an answer, and finds out meanwhile whether whoever was asked is still there: a request that a killed executor took
 * with it is answered by nobody, and one that was started since knows nothing of it.
 *
 * @param servingMs asks the executor for how long it has been serving; `UNAVAILABLE`: there is none
 * @throws {AxionError} `UNAVAILABLE` for which `isLost` holds
 */
export const whileItServes = async <T>(ask: () => Promise<T>, servingMs: () => Promise<number>, clock: Clock): Promise<T> => {
  const answered = new AbortController();
  const watch = async (): Promise<never> => {
    for (const asked = clock.monotonic(); ; ) {
      await clock.sleep(LOOK_MS, answered.signal);
      const askedFor = clock.monotonic() - asked;
      const serving = await servingMs().catch((error: unknown) => {
        if (error instanceof AxionError && error.code === 'UNAVAILABLE') throw lost(error);
        // It is busy, or frozen: the call has a deadline of its own.
        return Infinity;
      });
      if (serving < askedFor) throw lost();
    }
  };
  try {
    return await Promise.race([ask(), watch()]);
  } finally {
    answered.abort();
  }
};
