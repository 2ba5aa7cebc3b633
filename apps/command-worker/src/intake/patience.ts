import { asAxionError, AxionError, backoffDelay } from '@axion/core';
import type { BackoffPolicy, Clock, ErrorCode } from '@axion/core';
import type { HealthCheck, Logger } from '@axion/service-kit';

const BACKOFF: BackoffPolicy = { initial: 50, factor: 2, max: 2000, jitter: 0.5 };

/** What the record itself is to blame for. Anything else (a full or absent bus, missing permissions) somebody will mend. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['INVALID_ARGUMENT', 'DATA_LOSS']);

/** Tries again until it succeeds: what is given up is lost, and a command that waits is delayed only. */
export class Patience {
  readonly #health: HealthCheck;
  readonly #clock: Clock;
  readonly #log: Logger;
  #waiting = 0;

  constructor({ health, clock, log }: { health: HealthCheck; clock: Clock; log: Logger }) {
    this.#health = health;
    this.#clock = clock;
    this.#log = log;
    health.healthy();
  }

  /** @throws {AxionError} what the record is to blame for; the signal's reason when it is aborted */
  async until<T>(what: string, attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (thrown) {
      this.#begin(what, mendable(thrown));
    }
    try {
      return await this.#again(attempt, signal);
    } finally {
      if (--this.#waiting === 0) this.#health.healthy();
    }
  }

  async #again<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let count = 0; ; count++) {
      await this.#clock.sleep(backoffDelay(BACKOFF, count), signal);
      try {
        return await attempt();
      } catch (thrown) {
        this.#health.degraded(`commands wait: ${mendable(thrown).message}`);
      }
    }
  }

  #begin(what: string, error: AxionError): void {
    this.#health.degraded(`commands wait: ${error.message}`);
    this.#log[this.#waiting++ === 0 ? 'warn' : 'debug']({ err: error, what }, 'commands wait');
  }
}

/** What is no `AxionError` is a defect that this record has brought to light: it must not stop those behind it. */
const mendable = (thrown: unknown): AxionError => {
  if (!(thrown instanceof AxionError) || HOPELESS.has(thrown.code)) throw asAxionError(thrown);
  return thrown;
};
