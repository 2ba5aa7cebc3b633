import { STREAMS, subjects } from '@axion/contracts';
import type { Published, Telemetry, TelemetryBatch } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import type { StreamStore } from './stream-store.ts';
import { StreamTail } from './stream-tail.ts';

const STREAM = STREAMS.TELEMETRY.name;

/** Samples that wait for the control plane. What was shipped is removed, so the stream's beginning is the position. */
export class TelemetryStream implements Telemetry {
  readonly #store: StreamStore;
  readonly #tail: StreamTail;
  /** The first sequence that was not handed out yet; 0 before the first batch. */
  #expected = 0;

  constructor(connection: BusConnection, store: StreamStore) {
    this.#store = store;
    this.#tail = new StreamTail(connection, store, STREAMS.TELEMETRY, 'axion.tel.>');
  }

  publish(kind: string, data: Uint8Array): Promise<Published> {
    return this.#store.store('put samples on the bus', subjects.telemetry(kind), data);
  }

  async pull(max: number, signal: AbortSignal): Promise<TelemetryBatch> {
    const { messages, pending } = await this.#tail.next('read the samples', 1, max, signal);
    const first = messages[0]!.sequence;
    const dropped = this.#expected === 0 ? 0 : Math.max(0, first - this.#expected);
    this.#expected = Math.max(this.#expected, first);
    const samples = messages.filter((message) => message.genuine).map(({ sequence, subject, data }) => ({ sequence, kind: subject.split('.')[2] ?? '', data }));
    return { samples, pending, dropped };
  }

  async shipped(sequence: number): Promise<void> {
    await this.#store.purge('remove shipped samples', STREAM, sequence);
    this.#expected = Math.max(this.#expected, sequence + 1);
  }
}
