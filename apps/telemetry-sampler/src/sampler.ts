import { encodeSampleBatch } from '@axion/contracts';
import { asAxionError, withDeadline } from '@axion/core';
import type { Clock } from '@axion/core';
import type { SampleGroup } from './sample-group.ts';
import { steadyTicks } from './steady-ticks.ts';
import { takePass } from './take-pass.ts';
import type { Pass } from './take-pass.ts';

/** Where batches wait until the control plane has them. */
export interface BatchStore {
  publish(kind: string, data: Uint8Array): Promise<unknown>;
}

/** What the sampler says of itself. */
export interface HealthCheck {
  healthy(message?: string): void;
  degraded(message: string): void;
}

export interface SamplerParts {
  readonly groups: readonly SampleGroup[];
  readonly store: BatchStore;
  /** Shown to whoever scrapes. */
  readonly latest: { replace(families: Pass['families']): void };
  readonly measures: { passed(seconds: number): void; dropped(): void };
  readonly collection: HealthCheck;
  readonly delivery: HealthCheck;
  readonly clock: Clock;
  /** Milliseconds between two passes. */
  readonly interval: number;
  /** Milliseconds that the bus may take to store a batch. */
  readonly publishTimeout: number;
}

/**
 * Takes a pass every interval and hands it on. Invariants: one pass at a time; a batch the bus does not take is counted
 * and dropped, for the next one says nearly the same and memory is not a place to queue; no failure ends the loop.
 */
export class Sampler {
  readonly name = 'sampler';
  readonly #parts: SamplerParts;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: SamplerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { interval, clock } = this.#parts;
    this.#loop = steadyTicks(interval, async () => this.#pass(), clock, this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #pass(): Promise<void> {
    const { groups, clock, latest, measures, collection } = this.#parts;
    const pass = await takePass(groups, clock);
    measures.passed(pass.seconds);
    latest.replace(pass.families);
    if (pass.missing.length === 0) collection.healthy();
    else collection.degraded(`without ${pass.missing.map(({ group, reason }) => `${group} (${reason})`).join(', ')}`);
    await this.#deliver(pass);
  }

  async #deliver(pass: Pass): Promise<void> {
    const { store, publishTimeout, delivery, measures } = this.#parts;
    const bytes = encodeSampleBatch({ version: 1, at: pass.at, families: pass.families });
    try {
      await withDeadline('storing the samples', publishTimeout, async () => store.publish('host', bytes), this.#stopping.signal);
      delivery.healthy();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      measures.dropped();
      delivery.degraded(`samples are being dropped: ${asAxionError(error).message}`);
    }
  }
}
