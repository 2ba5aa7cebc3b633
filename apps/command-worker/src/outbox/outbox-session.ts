import { setTimeout as delay } from 'node:timers/promises';
import type { Outbox, SequencedEvent } from '@axion/bus';
import { asAxionError, AxionError } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { Tracer } from '@axion/tracing';
import type { EventsTopic } from '../kafka/events-topic.ts';
import type { Session } from '../session.ts';
import { chunks } from './chunks.ts';
import { eventRecord, shortenedRecord } from './event-record.ts';
import { sending } from './sending.ts';

export interface OutboxSessionOptions {
  readonly outbox: Outbox;
  /** Which stream the outbox reads; see `StreamPosition`. */
  readonly stream: number;
  readonly topic: EventsTopic;
  readonly tracer: Tracer;
  readonly log: Logger;
  readonly onSent: (count: number) => void;
  readonly onDropped: (count: number) => void;
}

const BATCH = 500;
/** Characters in one request; the default limit of a topic is 1 MB for what is left of it after compression. */
const MOST_CHARACTERS = 512 * 1024;
/** So long positions gather. What was sent since the last note, the next session finds in the topic's tail. */
const NOTE_AFTER_MS = 1000;

/**
 * Moves events from the bus to Kafka.
 *
 * Invariants: events are sent in the order of the stream; the position on the bus moves only over events that Kafka has
 * acknowledged; an event that the topic held when it was opened is not sent again. So whatever dies in between,
 * the next session finds each event either behind the position and in the topic's tail, or not in the topic at all.
 */
export class OutboxSession implements Session {
  readonly #options: OutboxSessionOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<AxionError>;
  #noting: Promise<void> | undefined;
  #sent: number;

  constructor(options: OutboxSessionOptions) {
    this.#options = options;
    this.#sent = options.outbox.position;
    this.#running = this.#run();
  }

  get ended(): Promise<AxionError> {
    return this.#running;
  }

  /** Ends the session: what it stands on is gone. */
  fail(error: AxionError): void {
    this.#stopping.abort(error);
  }

  /** The batch under way is finished first. */
  async close(): Promise<void> {
    this.#stopping.abort(new AxionError('CANCELLED', 'the session is closed'));
    await this.#running;
    await this.#options.topic.close();
  }

  async #run(): Promise<AxionError> {
    const { outbox, onDropped } = this.#options;
    try {
      for (;;) {
        const { events, dropped } = await outbox.fetch(BATCH, this.#stopping.signal);
        if (dropped > 0) onDropped(dropped);
        await this.#send(events);
        this.#sent = events.at(-1)!.sequence;
        this.#note();
      }
    } catch (error) {
      await this.#noting;
      return asAxionError(error);
    }
  }

  async #send(events: readonly SequencedEvent[]): Promise<void> {
    const { topic, stream, tracer, onSent } = this.#options;
    const sends = events.filter(({ body }) => !topic.tail.sent.has(body.event_id)).map((event) => sending(event, tracer));
    const records = sends.map(({ event, span }) => ({ ...eventRecord(event, stream), span }));
    try {
      for (const run of chunks(records, MOST_CHARACTERS)) {
        for (const refused of await topic.send(run)) await this.#sendAlone(refused.event);
        for (const { span } of run) span?.end();
        onSent(run.length);
      }
    } catch (error) {
      for (const { span } of sends) span?.fail(error);
      throw error;
    }
  }

  async #sendAlone(event: SequencedEvent): Promise<void> {
    const { topic, stream, log } = this.#options;
    if ((await topic.send([eventRecord(event, stream)])).length === 0) return;
    log.warn({ event_id: event.body.event_id }, 'an event is too large for its topic and is sent without its details');
    if ((await topic.send([shortenedRecord(event, stream)])).length > 0) throw new AxionError('RESOURCE_EXHAUSTED', 'the events topic refuses even a shortened event: raise its max.message.bytes');
  }

  /** Notes the position after a while, or when the session ends: a write for each event would cost as much as the event. */
  #note(): void {
    this.#noting ??= this.#noteSoon().then(
      () => (this.#noting = undefined),
      (error: unknown) => this.#stopping.abort(asAxionError(error)),
    );
  }

  async #noteSoon(): Promise<void> {
    const { outbox } = this.#options;
    while (outbox.position < this.#sent) {
      await delay(NOTE_AFTER_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      await outbox.ack(this.#sent);
    }
  }
}
