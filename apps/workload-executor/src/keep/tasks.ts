import type { AxionError, Clock } from '@axion/core';

export type TaskEnd = { readonly outcome: 'completed' | 'superseded' } | { readonly outcome: 'failed'; readonly error: AxionError };

/**
 * Who waits for which task.
 *
 * Invariant: every task that was begun ends once in this process's life, and whoever waits then is answered; a task that
 * nobody waits for costs nothing.
 */
export class Tasks {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<(end: TaskEnd) => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  end(taskId: string, end: TaskEnd): void {
    const waiting = this.#waiting.get(taskId);
    this.#waiting.delete(taskId);
    for (const answer of waiting ?? []) answer(end);
  }

  /** Call before the task can end. */
  expect(taskId: string): Expected {
    const { promise, resolve } = Promise.withResolvers<TaskEnd>();
    const waiting = this.#waiting.get(taskId) ?? new Set();
    this.#waiting.set(taskId, waiting.add(resolve));
    const forget = (): void => {
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(taskId) === waiting) this.#waiting.delete(taskId);
    };
    return {
      within: async (ms, signal) => {
        const enough = new AbortController();
        const over = this.#clock.sleep(ms, AbortSignal.any([enough.signal, signal])).then(() => undefined, () => undefined);
        try {
          return await Promise.race([promise, over]);
        } finally {
          enough.abort();
          forget();
        }
      },
      ended: async (signal) => {
        const { promise: given, reject } = Promise.withResolvers<never>();
        const onAbort = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', onAbort, { once: true });
        try {
          signal.throwIfAborted();
          return await Promise.race([promise, given]);
        } finally {
          signal.removeEventListener('abort', onAbort);
          forget();
        }
      },
    };
  }
}

export interface Expected {
  /** The end, if it comes within `ms`. */
  within(ms: number, signal: AbortSignal): Promise<TaskEnd | undefined>;
  /** The end; rejects with the signal's reason. */
  ended(signal: AbortSignal): Promise<TaskEnd>;
}
