import type { AxionError } from '@axion/core';
import { failureReason, isStorageAway } from '../workload/failure-reason.ts';
import type { Failure } from '../workload/record.ts';

const RETRIES = 3;
const FIRST_MS = 5000;
const MAX_MS = 120_000;
const MAX_TEXT = 500;

/** The failure after one more attempt: when the next is due, or why there is none. Pure. */
export const failed = (revision: string, error: AxionError, before: Failure | undefined, now: number): Failure => {
  const attempts = (before?.revision === revision ? before.attempts : 0) + 1;
  const base = { revision, reason: failureReason(error), message: error.message.slice(0, MAX_TEXT), at: now, attempts };
  const away = isStorageAway(error);
  if (!away && !isTransient(error)) return { ...base, terminal: 'trying again cannot help' };
  if (!away && attempts > RETRIES) return { ...base, terminal: `${RETRIES} retries failed` };
  return { ...base, next_retry_at: now + Math.min(MAX_MS, FIRST_MS * 2 ** (attempts - 1)) };
};

/** Somebody changed what stands between the look and the step: the next look sees what it is now. */
export const isOvertaken = (error: AxionError): boolean => error.reason === 'CONFLICT' || error.reason === 'NO_CONTAINER' || error.reason === 'NOT_FOUND';

/** What the runtime fails with inside may pass; what it, or the registry, refuses does not. */
const isTransient = (error: AxionError): boolean => error.retryable || error.code === 'INTERNAL' || isOvertaken(error);

/** Whether something that failed may be tried now. */
export const isDue = (failure: Failure | undefined, now: number): boolean => failure === undefined || (failure.terminal === undefined && (failure.next_retry_at ?? 0) <= now);
