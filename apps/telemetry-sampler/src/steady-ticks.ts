import type { Clock } from '@axion/core';

/**
 * Calls `work` at start, start + interval, start + 2 × interval, … of the monotonic clock until `signal` is aborted.
 * Invariants: a call begins only after the one before has ended; lateness is not carried on to later calls; what was
 * missed because a call took too long or the machine slept is left out, not made up for.
 *
 * @param interval milliseconds
 */
export const steadyTicks = async (interval: number, work: () => Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> => {
  const start = clock.monotonic();
  while (!signal.aborted) {
    await work();
    const passed = clock.monotonic() - start;
    const next = (Math.floor(passed / interval) + 1) * interval;
    try {
      await clock.sleep(next - passed, signal);
    } catch {
      // Only the signal ends a sleep early.
      return;
    }
  }
};
