import { withDeadline } from '@axion/core';
import type { Producer } from 'kafkajs';
import type { ClusterUse, KafkaClient } from './kafka-client.ts';
import { kafkaError } from './kafka-error.ts';
import type { OutgoingRecord } from './kafka-record.ts';
import { CompressionTypes, Partitioners } from './kafkajs.ts';

const CLOSE_BUDGET = 2000;
const COMPRESS_FROM_BYTES = 16 * 1024;

/** Sends single records, each acknowledged by all in-sync replicas. The connection is made with the first one, which may never come. */
export class RecordSender implements AsyncDisposable {
  readonly #client: KafkaClient;
  readonly #use: ClusterUse;
  #producer: Promise<Producer> | undefined;

  constructor(client: KafkaClient, use: ClusterUse = {}) {
    this.#client = client;
    this.#use = use;
  }

  /** Resolves when Kafka has it. @throws {AxionError} reason `MESSAGE_TOO_LARGE`, or retryable */
  async send(topic: string, { key, value, headers }: Omit<OutgoingRecord, 'value'> & { readonly value: string | Uint8Array }): Promise<void> {
    const { GZIP, None } = CompressionTypes;
    try {
      const producer = await (this.#producer ??= this.#connect());
      await producer.send({
        topic,
        acks: -1,
        compression: value.length < COMPRESS_FROM_BYTES ? None : GZIP,
        messages: [{ key: key === null ? null : Buffer.from(key), value: typeof value === 'string' ? value : Buffer.from(value), headers: { ...headers } }],
      });
    } catch (error) {
      const failure = kafkaError(`send to ${topic}`, error);
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #connect(): Promise<Producer> {
    const producer = this.#client.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: this.#use.createsTopics ?? true });
    await producer.connect();
    return producer;
  }
}
