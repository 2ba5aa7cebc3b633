import { asAxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { HealthCheck } from '@axion/service-kit';

const EVERY_MS = 30_000;

/** Says in the component's health whether the engine answers and manages a swarm. */
export class EngineCheck {
  readonly name = 'engine check';
  readonly #engine: Engine;
  readonly #health: HealthCheck;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;

  constructor(engine: Engine, health: HealthCheck, clock: Clock) {
    this.#engine = engine;
    this.#health = health;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      try {
        const { engineVersion, swarm } = await this.#engine.swarm.assertManager(signal);
        this.#health.healthy(`engine ${engineVersion}, ${swarm.nodes} nodes`, Math.round(this.#clock.monotonic() - began));
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = asAxionError(error);
        // Without a swarm the executor is well, it only has nothing to do.
        if (code === 'FAILED_PRECONDITION') this.#health.degraded(message);
        else this.#health.unhealthy(message);
      }
      await this.#clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }
}
