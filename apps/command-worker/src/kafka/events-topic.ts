import { untilAborted, withDeadline } from '@axion/core';
import { kafkaError } from '@axion/kafka';
import type { KafkaClient, OutgoingRecord } from '@axion/kafka';
import type { Logger } from '@axion/service-kit';
import { FencedProducer } from './fenced-producer.ts';
import { readTail } from './topic-tail.ts';
import type { StreamPosition, TopicTail } from './topic-tail.ts';

const CLOSE_BUDGET = 2000;

export interface EventsTopicOptions {
  readonly topic: string;
  readonly agentId: string;
  /** Names this agent's producer to the broker. */
  readonly producer: string;
  /** Up to where everything is known to be in the topic. */
  readonly after: StreamPosition;
  readonly log: Logger;
}

/** The agent's events topic, with this process as its only sender. */
export interface EventsTopic {
  /** What was there when it was opened. */
  readonly tail: TopicTail;
  /** Resolves when Kafka has them, but for those it returns: they are too large. @throws {AxionError} after which it must be closed */
  send<T extends OutgoingRecord>(records: readonly T[]): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** Shuts out whoever sent before, then looks what is there: in this order nothing can arrive between the look and the first send. */
export const openEventsTopic = async (client: KafkaClient, { topic, agentId, producer: name, after, log }: EventsTopicOptions, signal: AbortSignal): Promise<EventsTopic> => {
  const cluster = client.cluster();
  const close = (): Promise<void> => withDeadline('disconnect from Kafka', CLOSE_BUDGET, () => cluster.disconnect()).catch((error: unknown) => log.debug({ err: error }, 'disconnecting failed'));
  try {
    await untilAborted(cluster.connect(), signal);
    await untilAborted(cluster.addTargetTopic(topic), signal);
    const producer = await untilAborted(FencedProducer.open(cluster, topic, name, log), signal);
    const tail = await untilAborted(readTail(cluster, { topic, agentId, after }), signal);
    return {
      tail,
      send: (records) => producer.send(records).catch((error: unknown) => Promise.reject(kafkaError(`send events to ${topic}`, error))),
      close,
    };
  } catch (error) {
    await close();
    throw kafkaError(`open ${topic}`, error);
  }
};
