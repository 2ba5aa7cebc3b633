import { asAxionError, backoffDelay, systemClock } from '@axion/core';
import type { AxionError, BackoffPolicy, Clock } from '@axion/core';

export interface SuperviseSessionOptions {
  /**
   * One life of a connection, from opening to its end. Calls `established` once it works, and ends (returns or throws) at
   * its first error or when `signal` is aborted.
   */
  readonly session: (signal: AbortSignal, established: () => void) => Promise<void>;
  /** Between the end of one and the opening of the next. */
  readonly backoff: BackoffPolicy;
  /** A session ended; the next opens in `delayMs`. `error` is absent when the other side closed in good order. */
  readonly onEnd?: (end: { readonly error?: AxionError; readonly delayMs: number }) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A session that lasted this long was a good one: the delays begin anew. */
const GOOD_AFTER_MS = 10_000;

/**
 * Opens a session, and another one whenever it ends, until `signal` is aborted; then resolves. Sessions never overlap.
 * The delay grows with each session that was never established or ended soon after.
 */
export const superviseSession = async (options: SuperviseSessionOptions, signal: AbortSignal): Promise<void> => {
  const { clock = systemClock, random = Math.random } = options;
  for (let failures = 0; !signal.aborted; failures += 1) {
    let establishedAt = Infinity;
    let error: AxionError | undefined;
    try {
      await options.session(signal, () => (establishedAt = Math.min(establishedAt, clock.monotonic())));
    } catch (thrown) {
      error = asAxionError(thrown);
    }
    if (signal.aborted) return;
    if (clock.monotonic() - establishedAt >= GOOD_AFTER_MS) failures = 0;
    const delayMs = backoffDelay(options.backoff, failures, random);
    options.onEnd?.({ delayMs, ...(error === undefined ? {} : { error }) });
    await clock.sleep(delayMs, signal).catch(() => undefined);
  }
};
