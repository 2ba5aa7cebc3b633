import { AxionError } from './error.ts';

/**
 * Runs `work` under a deadline. When it passes, the signal handed to `work` is aborted and the call rejects with
 * `DEADLINE_EXCEEDED` at once, even if `work` ignores its signal: a runtime that hangs never blocks its caller.
 *
 * @param what names the operation in the error, e.g. `create service web`
 * @param ms milliseconds
 */
export const withDeadline = async <T>(
  what: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> => {
  outer?.throwIfAborted();
  const inner = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    inner.abort(reason);
    reject(reason);
  };
  const timer = setTimeout(
    () => end(new AxionError('DEADLINE_EXCEEDED', `${what} did not answer within ${ms / 1000} s`, { details: { deadline_ms: ms } })),
    ms,
  );
  const onOuterAbort = (): void => end(outer?.reason);
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  try {
    return await Promise.race([work(inner.signal), promise]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuterAbort);
  }
};

/** Waits for `promise`, but no longer than until `signal` is aborted; then rejects with its reason. */
export const untilAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  // The work has begun already: when nobody waits for it, its failure is nobody's, and must not end the process.
  promise.catch(() => {});
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
