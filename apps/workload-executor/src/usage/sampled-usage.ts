import type { Bus } from '@axion/bus';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { Usage } from '../drivers/driver.ts';
import { containerCounters } from './container-counters.ts';
import type { Counters } from './container-counters.ts';

export interface SampledUsageOptions {
  readonly metrics: Bus['metrics'];
  readonly engine: Pick<Engine, 'containers'>;
  readonly clock: Clock;
}

/** The sampler measures no more often; within this time its last answer is used again. */
const FRESH_MS = 5000;
const SCRAPE_MS = 500;
/** Processor usage is the difference of two measurements at least this far apart. */
const MIN_SPAN_MS = 900;

/**
 * What containers use, from the telemetry sampler: one question on the bus for all of them. A single container the sampler
 * does not know yet (or when no sampler runs) is measured by the engine.
 */
export class SampledUsage {
  readonly #options: SampledUsageOptions;
  readonly #before = new Map<string, Counters>();
  readonly #last = new Map<string, Usage>();
  #sampled: { readonly at: number; readonly counters: ReadonlyMap<string, Counters> } | undefined;
  #asking: Promise<ReadonlyMap<string, Counters>> | undefined;

  constructor(options: SampledUsageOptions) {
    this.#options = options;
  }

  /** @param containers engine id by workload */
  async of(containers: ReadonlyMap<string, string>, signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
    const sampled = await this.#sample();
    const found = new Map<string, Usage>();
    for (const [workload, container] of containers) {
      const last = this.#last.get(container);
      if (last !== undefined && this.#options.clock.now() - last.collectedAt < FRESH_MS) {
        found.set(workload, last);
        continue;
      }
      const counters = sampled.get(container) ?? (containers.size === 1 ? await this.#measured(container, signal) : undefined);
      if (counters !== undefined) found.set(workload, this.#usage(container, counters));
    }
    return found;
  }

  /** The last answer at once; only the first is waited for. An answer takes long: nobody says that it was the last. */
  async #sample(): Promise<ReadonlyMap<string, Counters>> {
    const now = this.#options.clock.monotonic();
    if (this.#sampled !== undefined && now - this.#sampled.at < FRESH_MS) return this.#sampled.counters;
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#sampled?.counters ?? this.#asking;
  }

  async #ask(): Promise<ReadonlyMap<string, Counters>> {
    const { metrics, clock } = this.#options;
    const answers = await metrics.scrape({ timeoutMs: SCRAPE_MS }).catch(() => []);
    const sampler = answers.find(({ component }) => component === 'telemetry-sampler');
    const counters = sampler === undefined ? new Map<string, Counters>() : containerCounters(sampler.metrics, clock.now());
    this.#sampled = { at: clock.monotonic(), counters };
    return counters;
  }

  async #measured(container: string, signal: AbortSignal): Promise<Counters | undefined> {
    try {
      const stats = await this.#options.engine.containers.stats(container, signal);
      // Of one that has ended the engine tells noughts, read in the year 1.
      if (!(stats.at > 0)) return undefined;
      return { ...stats, cpuSeconds: stats.cpuNanos / 1e9, source: 'docker' };
    } catch {
      if (signal.aborted) throw signal.reason;
      return undefined;
    }
  }

  #usage(container: string, counters: Counters): Usage {
    const before = this.#before.get(container);
    const span = before === undefined ? 0 : counters.at - before.at;
    const last = this.#last.get(container);
    if (last !== undefined && span < MIN_SPAN_MS) return last;
    const cpuPercent = before === undefined || span <= 0 ? 0 : Math.max(0, ((counters.cpuSeconds - before.cpuSeconds) * 100_000) / span);
    const { memoryBytes, diskReadBytes, diskWriteBytes, netRxBytes, netTxBytes, at, source } = counters;
    const usage = { cpuPercent: Math.round(cpuPercent * 100) / 100, memoryBytes, diskReadBytes, diskWriteBytes, netRxBytes, netTxBytes, collectedAt: at, source };
    this.#before.set(container, counters);
    this.#last.set(container, usage);
    for (const known of this.#before.keys()) {
      if (this.#before.size <= 2000) break;
      this.#before.delete(known);
      this.#last.delete(known);
    }
    return usage;
  }
}
