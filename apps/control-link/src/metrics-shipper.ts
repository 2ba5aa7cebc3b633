import type { Telemetry, TelemetryBatch } from '@axion/bus';
import { decodeSampleBatch, type SampleBatch } from '@axion/contracts';
import { asAxionError, AxionError, type Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { ControlPlane, LinkIdentity } from './control-plane.ts';
import { splitPass } from './mapping/metrics-batch.ts';

/** Passes read from the bus at a time. */
const READ = 16;

/** Between two looks at a bus that is away, milliseconds. */
const BUS_AWAY = 1000;

/** Parts of one pass under way at once: a busy host has many, and the way to the control plane is long. */
const UNDER_WAY = 8;

/** A refusal of exactly these values: sending them again would be refused again, and hold up all that follow. */
const REFUSALS: ReadonlySet<string> = new Set(['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'DATA_LOSS']);

export interface ShipperParts {
  readonly telemetry: Telemetry;
  /** Most series in one call. */
  readonly batchSize: number;
  readonly onPass: (pass: SampleBatch) => void;
  readonly onDropped: (passes: number) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Takes the host's samples from the bus to the control plane, oldest first.
 *
 * Invariants: a pass leaves the bus only after the control plane has all of it; of a pass that was cut short, the next
 * session sends only the parts that had not arrived, so nothing comes twice unless this process died in between; a bus
 * that is away ends no session.
 */
export class MetricsShipper {
  readonly #parts: ShipperParts;
  #cutShort: { readonly sequence: number; readonly arrived: Set<number> } | undefined;

  constructor(parts: ShipperParts) {
    this.#parts = parts;
  }

  /** Ships until a call fails, and rejects with that; waits where there is nothing to ship. */
  async run(plane: ControlPlane, identity: LinkIdentity, signal: AbortSignal): Promise<never> {
    for (;;) {
      const batch = await this.#pull(signal);
      for (const { sequence, data } of batch?.samples ?? []) {
        const pass = this.#decode(data);
        if (pass !== undefined) await this.#ship(plane, identity, sequence, pass, signal);
        if (!(await this.#forget(sequence, signal))) break;
      }
    }
  }

  async #pull(signal: AbortSignal): Promise<TelemetryBatch | undefined> {
    const { telemetry, onDropped, log } = this.#parts;
    const batch = await this.#onBus(() => telemetry.pull(READ, signal), signal);
    if (batch !== undefined && batch.dropped > 0) {
      log.warn({ dropped: batch.dropped }, 'the buffer of samples was full: the oldest are lost');
      onDropped(batch.dropped);
    }
    return batch;
  }

  /** False when the bus did not take it: the pass is handed out again, and found to have arrived. */
  async #forget(sequence: number, signal: AbortSignal): Promise<boolean> {
    return (await this.#onBus(async () => (await this.#parts.telemetry.shipped(sequence), true), signal)) ?? false;
  }

  /** Undefined, after a pause, when the bus failed. */
  async #onBus<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      this.#parts.log.debug({ err: asAxionError(error) }, 'the samples on the bus cannot be reached');
      await this.#parts.clock.sleep(BUS_AWAY, signal);
      return undefined;
    }
  }

  #decode(data: Uint8Array): SampleBatch | undefined {
    try {
      const pass = decodeSampleBatch(data);
      this.#parts.onPass(pass);
      return pass;
    } catch (error) {
      this.#skip(asAxionError(error));
      return undefined;
    }
  }

  async #ship(plane: ControlPlane, identity: LinkIdentity, sequence: number, pass: SampleBatch, signal: AbortSignal): Promise<void> {
    const arrived = this.#cutShort?.sequence === sequence ? this.#cutShort.arrived : new Set<number>();
    this.#cutShort = { sequence, arrived };
    const open = splitPass(pass, this.#parts.batchSize)
      .map((part, index) => ({ part, index }))
      .filter(({ index }) => !arrived.has(index));
    try {
      for (let from = 0; from < open.length; from += UNDER_WAY) {
        const sent = await Promise.allSettled(
          open.slice(from, from + UNDER_WAY).map(async ({ part, index }) => {
            await plane.sendMetrics(identity, part, signal);
            arrived.add(index);
          }),
        );
        const failed = sent.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      }
    } catch (error) {
      if (!(error instanceof AxionError) || !REFUSALS.has(error.code)) throw error;
      this.#skip(error);
    }
  }

  #skip(error: AxionError): void {
    this.#parts.log.warn({ err: error }, 'samples that cannot be delivered are left out');
    this.#parts.onDropped(1);
  }
}
