import { type Clock, withDeadline } from '@axion/core';
import type { HealthReporter } from './health-reporter.ts';
import type { Logger } from './log.ts';
import type { Service } from './service.ts';

/** How long the parts of stopping may take, in milliseconds. */
export interface StopBudget {
  /** For all services together to finish or hand back what is in hand. */
  readonly drainMs: number;
  /** For each service, and each owned resource, to close. */
  readonly closeMs: number;
}

export interface LifecycleOptions {
  readonly log: Logger;
  readonly health: HealthReporter;
  readonly clock: Clock;
  readonly budget: StopBudget;
  /** What the services stand on; closed after them. */
  readonly owned: AsyncDisposableStack;
  /** Aborted when work must end now. */
  readonly work: AbortController;
}

/**
 * The life of a component: starting → ready → draining → stopped, or failed.
 *
 * Invariants: services start one after another in order and stop in reverse; only what started is drained and stopped;
 * a stop that hangs or throws never keeps the next one from its turn; `stop` does its work once, however often it is called.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #started: Service[] = [];
  #failed = false;
  #stopping: Promise<boolean> | undefined;
  #starting: Promise<void> = Promise.resolve();

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Starts all services. When one fails its error is thrown; `stop` then stops those before it. */
  async start(services: readonly Service[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#starting = promise;
    try {
      await this.#startAll(services);
    } finally {
      resolve();
    }
  }

  /**
   * Drains, then stops in reverse order, then closes what is owned. Asked for while services still start, it cancels the
   * start first. Resolves with whether all of it went well.
   */
  stop(): Promise<boolean> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  /** Says that the end, when it comes, is a failure. */
  markFailed(): void {
    this.#failed = true;
  }

  async #startAll(services: readonly Service[]): Promise<void> {
    const { health, work, log, clock } = this.#options;
    for (const service of services) {
      work.signal.throwIfAborted();
      const begun = clock.monotonic();
      await service.start(work.signal);
      this.#started.push(service);
      log.debug({ service: service.name, ms: Math.round(clock.monotonic() - begun) }, 'service started');
    }
    work.signal.throwIfAborted();
    health.enter('ready');
  }

  async #stopAll(): Promise<boolean> {
    const { health, work, owned, budget } = this.#options;
    if (health.lifecycle === 'starting') {
      work.abort(new Error('the component is asked to stop'));
      await this.#within('start', budget.drainMs, () => this.#starting);
    }
    health.enter('draining');
    const drained = await this.#drain();
    work.abort(new Error('the component stops'));
    let closed = drained;
    for (const service of this.#started.splice(0).reverse()) {
      closed = (await this.#within(`stop of ${service.name}`, budget.closeMs, () => service.stop())) && closed;
    }
    closed = (await this.#within('release of resources', budget.closeMs, () => owned.disposeAsync())) && closed;
    health.enter(this.#failed ? 'failed' : 'stopped');
    return closed;
  }

  /** All services drain side by side, the last started first off: one that hangs must not cost the others their time. */
  async #drain(): Promise<boolean> {
    const { budget } = this.#options;
    const draining = this.#started.toReversed().map((service) => this.#within(`drain of ${service.name}`, budget.drainMs, async () => service.drain?.()));
    return (await Promise.all(draining)).every(Boolean);
  }

  async #within(what: string, ms: number, work: () => Promise<void>): Promise<boolean> {
    try {
      await withDeadline(what, ms, work);
      return true;
    } catch (error) {
      this.#options.log.warn({ err: error }, `${what} did not end well`);
      return false;
    }
  }
}
