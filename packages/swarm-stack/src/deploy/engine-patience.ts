import { backoffDelay } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';
import { isEngineAway } from '@axion/docker-engine';
import type { Engine } from '@axion/docker-engine';
import { heardEngine } from './heard-engine.ts';

/** So long whatever changes something waits for an engine that is away: one that restarts is back by then, also on a busy machine. */
export const ENGINE_PATIENCE_MS = 60_000;
const RETRY: BackoffPolicy = { initial: 200, factor: 2, max: 3000, jitter: 0.5 };

export interface EnginePatience {
  readonly clock: Clock;
  /** Runs what waits without holding a place to work in. */
  readonly offSlot: <T>(work: () => Promise<T>) => Promise<T>;
  /** The latest that anything is tried again, monotonic milliseconds. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/**
 * Repeats `work` while the engine cannot be asked, until it has answered nothing for `ENGINE_PATIENCE_MS`. `work` must be safe to repeat.
 *
 * @throws what `work` threw last, or the signal's reason
 */
export const whileEngineAway = async <T>(engine: Engine, work: (engine: Engine) => Promise<T>, { clock, offSlot, until, signal }: EnginePatience): Promise<T> => {
  let answeredAt = clock.monotonic();
  let attempt = 0;
  const onAnswer = (): void => {
    answeredAt = clock.monotonic();
    attempt = 0;
  };
  const heard = heardEngine(engine, { onAnswer, offSlot });
  for (;;) {
    try {
      return await work(heard);
    } catch (error) {
      signal.throwIfAborted();
      const delay = backoffDelay(RETRY, attempt);
      if (!isEngineAway(error) || clock.monotonic() + delay >= Math.min(answeredAt + ENGINE_PATIENCE_MS, until)) throw error;
      await offSlot(() => clock.sleep(delay, signal));
      attempt += 1;
    }
  }
};
