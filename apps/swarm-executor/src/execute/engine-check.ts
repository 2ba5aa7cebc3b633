import { asAxionError, withDeadline } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { HealthCheck } from '@axion/service-kit';
import type { Wake } from '@axion/swarm-stack';

export interface EngineCheckOptions {
  readonly engine: Pick<Engine, 'swarm'>;
  readonly health: HealthCheck;
  /** Tells when the stream of events broke or was opened again: the engine is asked at once then. */
  readonly wake: Wake;
  readonly clock: Clock;
  /** `[health].timeout` and `[health].check_interval`, milliseconds. */
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/** An engine that hangs breaks no stream, so it is asked so often in any case. */
const MAX_INTERVAL_MS = 10_000;
/** While something is wrong. */
const WRONG_EVERY_MS = 2000;

/**
 * Says in the component's health whether the engine answers and manages a swarm. A question has a short deadline of its own, so
 * an engine that hangs is called so within the time between two questions and that deadline.
 */
export class EngineCheck {
  readonly name = 'engine check';
  readonly #options: EngineCheckOptions;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: EngineCheckOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#end.abort(new Error('the process stops'));
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { wake, intervalMs } = this.#options;
    const { signal } = this.#end;
    try {
      for (;;) {
        const answered = await this.#ask(signal);
        await wake.next(Math.min(intervalMs, answered ? MAX_INTERVAL_MS : WRONG_EVERY_MS), signal);
      }
    } catch {
      // Only the end of the process ends the loop.
    } finally {
      wake.stop();
    }
  }

  /** @returns whether the engine answered */
  async #ask(signal: AbortSignal): Promise<boolean> {
    const { engine, health, clock, timeoutMs } = this.#options;
    const began = clock.monotonic();
    try {
      const { engineVersion, swarm } = await withDeadline('the engine', timeoutMs, (inner) => engine.swarm.assertManager(inner), signal);
      health.healthy(`engine ${engineVersion}, ${swarm.nodes} nodes`, Math.round(clock.monotonic() - began));
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = asAxionError(error);
      // Without a swarm the executor is well, it only has nothing to do; and the engine answered.
      if (code === 'FAILED_PRECONDITION') health.degraded(message);
      else health.unhealthy(message);
      return code === 'FAILED_PRECONDITION';
    }
  }
}
