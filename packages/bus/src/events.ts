import { STREAMS, subjects } from '@axion/contracts';
import type { AgentEvent } from '@axion/contracts';
import type { Bucket, EventFilter, Events, Outbox, Published, SequencedEvent, Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { EventOutbox } from './event-outbox.ts';
import type { OutboxCursor } from './event-outbox.ts';
import { jsonOf } from './json-message.ts';
import { StreamFollower } from './stream-follower.ts';
import type { StreamStore } from './stream-store.ts';
import { StreamTail } from './stream-tail.ts';

const STREAM = STREAMS.EVENTS.name;
const PAGE = 256;

/** The agent's events on their way to Kafka and to whoever follows them. */
export class EventStream implements Events {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #cursors: Bucket<OutboxCursor>;
  readonly #tail: StreamTail;

  constructor(connection: BusConnection, store: StreamStore, cursors: Bucket<OutboxCursor>) {
    this.#connection = connection;
    this.#store = store;
    this.#cursors = cursors;
    this.#tail = new StreamTail(connection, store, STREAMS.EVENTS, 'axion.evt.>');
  }

  publish(event: AgentEvent): Promise<Published> {
    const { event_id, event_type } = event.body;
    return this.#store.store(`put event ${event_id} on the bus`, subjects.event(event_type, event.key), JSON.stringify(event), { id: event_id });
  }

  async holds({ key, body: { event_id: id, event_type: type } }: AgentEvent): Promise<boolean> {
    for (let from = 1; ; ) {
      const { messages } = await this.#store.page(`look for event ${id}`, STREAM, subjects.event(type, key), from, PAGE);
      const last = messages.at(-1);
      if (last === undefined) return false;
      if (messages.some((message) => (jsonOf(message, this.#connection.log) as AgentEvent | undefined)?.body.event_id === id)) return true;
      from = last.sequence + 1;
    }
  }

  outbox(): Promise<Outbox> {
    return EventOutbox.open(this.#connection, this.#store, this.#tail, this.#cursors);
  }

  async follow(filter: EventFilter, onEvent: (event: SequencedEvent) => void, options: { after?: number } = {}): Promise<Subscription> {
    const after = options.after ?? (await this.#store.state(STREAM)).lastSequence;
    // One filter for all: a reader may be allowed to subscribe to no narrower one.
    const wanted = (subject: string): boolean => {
      const [, , type, key] = subject.split('.');
      return (filter.type === undefined || filter.type === type) && (filter.key === undefined || filter.key === key);
    };
    const follow = { what: 'follow the events', stream: STREAM, filter: 'axion.evt.>', after, repeatAll: false };
    return new StreamFollower(this.#connection, this.#store, follow, (message) => {
      if (!wanted(message.subject)) return;
      const event = jsonOf(message, this.#connection.log) as AgentEvent | undefined;
      if (event !== undefined) onEvent({ ...event, sequence: message.sequence });
    }).start();
  }
}
