import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Producer } from 'kafkajs';
import { calmRequestQueues } from '@axion/kafka';
import type { SeenEvent } from '../faults/verdict.ts';

/** What is produced: a command of the plan, or any other. */
export interface ProducedCommand {
  readonly id: string;
  readonly type: string;
  /** The record's key: what has one key stays in order. */
  readonly project: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The two topics of one agent, from the side of a control plane. */
export class KafkaSide implements AsyncDisposable {
  readonly #agentId: string;
  readonly #kafka: Kafka;
  readonly #producer: Producer;
  readonly #owned = new AsyncDisposableStack();
  /** Every event, once, as it stands in the topic. */
  readonly events: SeenEvent[] = [];

  private constructor(agentId: string, kafka: Kafka, producer: Producer) {
    this.#agentId = agentId;
    this.#kafka = kafka;
    this.#producer = producer;
  }

  static async open(broker: string, agentId: string): Promise<KafkaSide> {
    calmRequestQueues();
    const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 50, initialRetryTime: 100, maxRetryTime: 1000 } });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: ['commands', 'events'].map((kind) => ({ topic: `runner.${kind}.${agentId}`, numPartitions: 3 })), waitForLeaders: true });
    await admin.disconnect();
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const side = new KafkaSide(agentId, kafka, producer);
    side.#owned.defer(() => producer.disconnect());
    await side.#follow();
    return side;
  }

  /** Resolves when the broker has it. */
  async produce({ id, type, payload, project }: ProducedCommand): Promise<void> {
    const envelope = { command_id: id, command_type: type, payload, correlation_id: id, timestamp: new Date().toISOString(), metadata: { retry_attempt: 0 } };
    await this.#producer.send({ topic: `runner.commands.${this.#agentId}`, acks: -1, messages: [{ key: project, value: JSON.stringify(envelope) }] });
  }

  async #follow(): Promise<void> {
    const consumer = this.#kafka.consumer({ groupId: `verdict-${this.#agentId}`, retry: { retries: 1000, maxRetryTime: 1000 } });
    this.#owned.defer(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: `runner.events.${this.#agentId}`, fromBeginning: true });
    const next = new Map<number, number>();
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const offset = Number(message.offset);
        // After a rebalance the last records come again.
        if (offset < (next.get(partition) ?? 0)) return;
        next.set(partition, offset + 1);
        const body = JSON.parse(message.value?.toString() ?? '{}') as { event_id: string; event_type: string; causation_id?: string; payload: { message?: string; error?: { reason?: string } } };
        this.events.push({ partition, offset, id: body.event_id, type: body.event_type, causationId: body.causation_id, message: body.payload.message, reason: body.payload.error?.reason });
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
