import { AxionError } from '@axion/core';
import { STREAMS, subjects } from '@axion/contracts';
import type { AgentEvent } from '@axion/contracts';
import type { Bucket, Outbox, OutboxBatch } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { jsonOf } from './json-message.ts';
import type { StreamStore } from './stream-store.ts';
import type { StreamTail } from './stream-tail.ts';

/** How far the events have left. */
export interface OutboxCursor {
  readonly sequence: number;
  /** Which stream the sequence is of; see `StreamState.createdAt`. */
  readonly stream: number;
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
 * one reader, or `ack` rejects with `ABORTED`; sequences of one stream are never compared with another's.
 */
export class EventOutbox implements Outbox {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #cursors: Bucket<OutboxCursor>;
  readonly #tail: StreamTail;
  /** The connection in which the position was last known to belong to the stream that is there. */
  #checkedIn = 0;
  #cursor: OutboxCursor = { sequence: 0, stream: 0 };
  #revision = 0;
  #next = 1;

  private constructor(connection: BusConnection, store: StreamStore, tail: StreamTail, cursors: Bucket<OutboxCursor>) {
    this.#connection = connection;
    this.#store = store;
    this.#cursors = cursors;
    this.#tail = tail;
  }

  static async open(connection: BusConnection, store: StreamStore, tail: StreamTail, cursors: Bucket<OutboxCursor>): Promise<EventOutbox> {
    const outbox = new EventOutbox(connection, store, tail, cursors);
    await outbox.#check();
    return outbox;
  }

  get position(): number {
    return this.#cursor.sequence;
  }

  async fetch(max: number, signal: AbortSignal): Promise<OutboxBatch> {
    for (;;) {
      await this.#check();
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
    if (sequence <= this.position) return;
    const cursor = { ...this.#cursor, sequence };
    this.#revision = await this.#cursors.update(CURSOR, cursor, this.#revision);
    this.#cursor = cursor;
  }

  rewind(sequence: number): void {
    this.#next = sequence + 1;
  }

  async shedProgress(): Promise<number> {
    const what = 'shed progress events';
    const { lastSequence } = await this.#store.state(STREAM);
    const middle = this.position + Math.ceil((lastSequence - this.position) / 2);
    const older = await this.#store.purge(what, STREAM, middle, PROGRESS);
    return older > 0 ? older : this.#store.purge(what, STREAM, lastSequence, PROGRESS);
  }

  async #check(): Promise<void> {
    const { epoch } = this.#connection;
    if (this.#checkedIn === epoch) return;
    const { createdAt, firstSequence } = await this.#store.state(STREAM);
    while (createdAt !== this.#cursor.stream) {
      const found = await this.#cursors.get(CURSOR);
      const sameStream = found?.value.stream === createdAt;
      // Asked after the position: it may be of an event that came since.
      const { lastSequence } = await this.#store.state(STREAM);
      if (sameStream && found.value.sequence <= lastSequence) {
        this.#cursor = found.value;
        this.#revision = found.revision;
      } else {
        // The first event ever, or the first of a stream that had to be replaced: everything that is there has to leave. A position behind the
        // end is of events that the stream lost, and the next ones get their sequences.
        const cursor = { sequence: sameStream ? lastSequence : Math.max(0, firstSequence - 1), stream: createdAt };
        const revision = await this.#cursors.update(CURSOR, cursor, found?.revision ?? 0).catch((error: unknown) => {
          if (error instanceof AxionError && error.code === 'ABORTED') return undefined;
          throw error;
        });
        // Another reader was faster: see what it wrote.
        if (revision === undefined) continue;
        this.#cursor = cursor;
        this.#revision = revision;
      }
      this.#next = this.position + 1;
    }
    this.#checkedIn = epoch;
  }
}
