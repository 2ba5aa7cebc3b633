import kafkajs from 'kafkajs';
import type { Producer } from 'kafkajs';
import { withDeadline } from '@axion/core';
import type { KafkaClient } from './kafka-client.ts';
import { kafkaError } from './kafka-error.ts';
import type { OutgoingRecord } from './kafka-record.ts';

const CLOSE_BUDGET = 2000;
const COMPRESS_FROM_BYTES = 16 * 1024;

/** Where records go that cannot be handled. The connection is made with the first one, which may never come. */
export class DeadLetterTopic {
  readonly #client: KafkaClient;
  readonly #topic: string;
  #producer: Promise<Producer> | undefined;

  constructor(client: KafkaClient, topic: string) {
    this.#client = client;
    this.#topic = topic;
  }

  /** Resolves when Kafka has it. @throws {AxionError} reason `MESSAGE_TOO_LARGE`, or retryable */
  async send({ key, value, headers }: OutgoingRecord): Promise<void> {
    const { GZIP, None } = kafkajs.CompressionTypes;
    try {
      const producer = await (this.#producer ??= this.#connect());
      await producer.send({
        topic: this.#topic,
        acks: -1,
        compression: value.length < COMPRESS_FROM_BYTES ? None : GZIP,
        messages: [{ key: key === null ? null : Buffer.from(key), value, headers: { ...headers } }],
      });
    } catch (error) {
      const failure = kafkaError(`send to ${this.#topic}`, error);
      if (failure.retryable) await this.close();
      throw failure;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    const disconnect = async (): Promise<void> => (await producer)?.disconnect();
    await withDeadline('disconnect from Kafka', CLOSE_BUDGET, disconnect).catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    const producer = this.#client.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner, allowAutoTopicCreation: true });
    await producer.connect();
    return producer;
  }
}
