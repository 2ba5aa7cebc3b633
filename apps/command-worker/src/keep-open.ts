import { asAxionError, backoffDelay } from '@axion/core';
import type { AxionError, BackoffPolicy, Clock } from '@axion/core';
import type { HealthCheck, Logger, Service } from '@axion/service-kit';
import type { Session } from './session.ts';

const BACKOFF: BackoffPolicy = { initial: 200, factor: 2, max: 5000, jitter: 0.3 };
/** A session that lived so long, milliseconds, had succeeded: the next is opened without a growing delay. */
const SETTLED_AFTER = 10_000;

export interface KeepOpenOptions {
  readonly name: string;
  readonly open: (signal: AbortSignal) => Promise<Session>;
  readonly health: HealthCheck;
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * Opens a session, and the next one when it has ended, until it is stopped.
 *
 * Invariants: at most one session is open; the same failure repeated is one line in the log; no failure ends the process.
 */
export class KeepOpen implements Service {
  readonly name: string;
  readonly #options: KeepOpenOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #lastFailure: string | undefined;

  constructor(options: KeepOpenOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Resolves at once: that Kafka is away is no reason for the agent not to be ready. */
  async start(): Promise<void> {
    this.#options.health.degraded('connecting');
    this.#running = this.#run(this.#stopping.signal);
  }

  async drain(): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    await this.#running;
  }

  stop(): Promise<void> {
    return this.drain();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const openedAt = clock.monotonic();
      const failure = await this.#session(signal);
      if (signal.aborted) return;
      if (clock.monotonic() - openedAt > SETTLED_AFTER) attempt = 0;
      if (failure !== undefined) this.#report(failure);
      await clock.sleep(backoffDelay(BACKOFF, attempt), signal).catch(() => undefined);
    }
  }

  /** One session from its opening to its end; what ended it, if it was not us. */
  async #session(signal: AbortSignal): Promise<AxionError | undefined> {
    const { open, health, log } = this.#options;
    const stopped = Promise.withResolvers<undefined>();
    const onAbort = (): void => stopped.resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await using session = closing(await open(signal), log);
      health.healthy('connected');
      if (this.#lastFailure !== undefined) log.info({ service: this.name }, 'connected again');
      this.#lastFailure = undefined;
      return await Promise.race([session.ended, stopped.promise]);
    } catch (error) {
      return asAxionError(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #report(failure: AxionError): void {
    const { health, log } = this.#options;
    health.degraded(failure.message);
    const repeated = failure.message === this.#lastFailure;
    log[repeated ? 'debug' : 'warn']({ service: this.name, err: failure }, 'the session ended; the next one is opened soon');
    this.#lastFailure = failure.message;
  }
}

const closing = (session: Session, log: Logger): Session & AsyncDisposable => ({
  ended: session.ended,
  close: () => session.close(),
  [Symbol.asyncDispose]: () => session.close().catch((error: unknown) => log.debug({ err: error }, 'closing a session failed')),
});
