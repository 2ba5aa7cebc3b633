import { resolveTopics } from '@axion/config';
import type { Config } from '@axion/config';
import type { Bus } from '@axion/bus';
import { AxionError } from '@axion/core';
import type { KafkaClient } from '@axion/kafka';
import type { Logger } from '@axion/service-kit';
import type { Tracer } from '@axion/tracing';
import { openEventsTopic } from './kafka/events-topic.ts';
import { OutboxSession } from './outbox/outbox-session.ts';
import type { Session } from './session.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

export interface EventSinkOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly client: KafkaClient;
  readonly metrics: WorkerMetrics;
  readonly tracer: Tracer;
  readonly log: Logger;
}

/** Opens the way of events for one session: the outbox on the bus, and the events topic with this process as its only sender. */
export const openEventSink = async ({ config, bus, client, metrics, tracer, log }: EventSinkOptions, agentId: string, signal: AbortSignal): Promise<Session> => {
  const outbox = await bus.events.outbox();
  const { createdAt: stream } = await bus.stream('EVENTS');
  const { events } = resolveTopics(config, agentId);
  const after = { stream, sequence: outbox.position };
  const topic = await openEventsTopic(client, { topic: events, agentId, producer: `axion-outbox-${agentId}`, after, log }, signal);
  const { sent, newest } = topic.tail;
  // Asked again: nothing that this session found in the topic can have come to the stream since.
  const { createdAt, lastSequence } = await bus.stream('EVENTS');
  if (createdAt === stream && newest > lastSequence) log.warn({ topic: events, newest, last_sequence: lastSequence }, 'the topic holds events that the bus no longer knows: it was restored from an older backup, and commands since then may be executed again');
  if (sent.size > 0) log.info({ topic: events, count: sent.size }, 'events that were sent before the last stop are not sent again');
  const session = new OutboxSession({ outbox, stream, topic, tracer, log, onSent: (count) => metrics.sent(count), onDropped: (count) => metrics.dropped(count) });
  // The bus may come back with another stream, of which nothing is in the topic yet: look again.
  const watch = bus.onConnection((connected) => connected || session.fail(new AxionError('UNAVAILABLE', 'the connection to the bus was lost')));
  return {
    ended: session.ended,
    close: async () => {
      watch.stop();
      await session.close();
    },
  };
};
