import { asAxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { HealthReporter } from '@axion/service-kit';
import type { Drivers } from '../drivers/drivers.ts';
import type { Driver } from '../drivers/driver.ts';

const EVERY_MS = 30_000;
const PATIENCE_MS = 10_000;

/** Says in the component's health whether each runtime answers. A runtime that is away degrades the component: the others go on. */
export class RuntimeCheck {
  readonly name = 'runtime check';
  readonly #drivers: Drivers;
  readonly #health: HealthReporter;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(drivers: Drivers, health: HealthReporter, clock: Clock) {
    this.#drivers = drivers;
    this.#health = health;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#running = this.#drivers.all().map((driver) => this.#loop(driver));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  async #loop(driver: Driver): Promise<void> {
    const { signal } = this.#end;
    const check = this.#health.check(`runtime ${driver.type}`);
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      try {
        check.healthy(await driver.probe(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])), Math.round(this.#clock.monotonic() - began));
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = asAxionError(error);
        // What is not installed does not ail: this node only has no such runtime.
        if (code === 'FAILED_PRECONDITION') check.healthy(message);
        else check.degraded(message);
      }
      await this.#clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }
}
