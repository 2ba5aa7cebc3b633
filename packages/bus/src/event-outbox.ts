import { STREAMS, subjects } from '@axion/contracts';
import type { AgentEvent } from '@axion/contracts';
import type { Bucket, Outbox, OutboxBatch } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { jsonOf } from './json-message.ts';
import type { StreamStore } from './stream-store.ts';
import { StreamTail } from './stream-tail.ts';

/** How far the events have left. */
export interface OutboxCursor {
  readonly sequence: number;
}

const STREAM = STREAMS.EVENTS.name;
const PROGRESS = subjects.event('DeployProgress', '*');
const CURSOR = 'kafka-outbox';

/**
 * Reads the events in order from a position that is on disk.
 *
 * A position instead of a server-side consumer, because a consumer's acknowledgements are written late (a killed server
 * forgets some) and what it hands out again comes out of order.
 *
 * Invariants: `position` is what the bucket holds; `#next` > `position` except after `rewind`; one position is moved by
 * one reader, or `ack` rejects with `ABORTED`.
 */
export class EventOutbox implements Outbox {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #cursors: Bucket<OutboxCursor>;
  readonly #tail: StreamTail;
  #position: number;
  #revision: number;
  #next: number;

  private constructor(connection: BusConnection, store: StreamStore, cursors: Bucket<OutboxCursor>, position: number, revision: number) {
    this.#connection = connection;
    this.#store = store;
    this.#cursors = cursors;
    this.#tail = new StreamTail(connection, store, STREAM, 'axion.evt.>');
    this.#position = position;
    this.#revision = revision;
    this.#next = position + 1;
  }

  static async open(connection: BusConnection, store: StreamStore, cursors: Bucket<OutboxCursor>): Promise<EventOutbox> {
    const cursor = await cursors.get(CURSOR);
    const { firstSequence, lastSequence } = await store.state(STREAM);
    // A position beyond the end is one of a stream that had to be replaced.
    if (cursor !== undefined && cursor.value.sequence <= lastSequence) return new EventOutbox(connection, store, cursors, cursor.value.sequence, cursor.revision);
    // Before the first event ever: everything that is there has to leave, and nothing was dropped yet.
    const start = Math.max(0, firstSequence - 1);
    return new EventOutbox(connection, store, cursors, start, await cursors.put(CURSOR, { sequence: start }));
  }

  get position(): number {
    return this.#position;
  }

  async fetch(max: number, signal: AbortSignal): Promise<OutboxBatch> {
    for (;;) {
      const from = this.#next;
      const { messages, pending } = await this.#tail.next('read the events', from, max, signal);
      const events = messages.flatMap((message) => {
        const event = jsonOf(message, this.#connection.log) as AgentEvent | undefined;
        return event === undefined ? [] : [{ ...event, sequence: message.sequence }];
      });
      const last = messages.at(-1)!.sequence;
      this.#next = last + 1;
      if (events.length > 0) return { events, pending, dropped: last + 1 - from - messages.length };
    }
  }

  async ack(sequence: number): Promise<void> {
    if (sequence <= this.#position) return;
    this.#revision = await this.#cursors.update(CURSOR, { sequence }, this.#revision);
    this.#position = sequence;
  }

  rewind(sequence: number): void {
    this.#next = sequence + 1;
  }

  async shedProgress(): Promise<number> {
    const what = 'shed progress events';
    const { lastSequence } = await this.#store.state(STREAM);
    const middle = this.#position + Math.ceil((lastSequence - this.#position) / 2);
    const older = await this.#store.purge(what, STREAM, middle, PROGRESS);
    return older > 0 ? older : this.#store.purge(what, STREAM, lastSequence, PROGRESS);
  }
}
