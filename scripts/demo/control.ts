import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Consumer, Producer } from 'kafkajs';
import { calmRequestQueues } from '@axion/kafka';

/** An event of the agent as it stands in its topic. */
export interface DemoEvent {
  readonly event_type: string;
  readonly causation_id?: string;
  readonly timestamp: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Ended {
  readonly terminal: DemoEvent;
  readonly events: readonly DemoEvent[];
  /** When the command was produced and when its first and last event arrived here, ms on one clock. */
  readonly producedAt: number;
  readonly firstAt: number;
  readonly endedAt: number;
}

/** How a command of a type ends. A failed Deploy also tells of its rollback, which is no end of its own. */
const endsOf = (type: string): readonly string[] => (type === 'Deploy' || type === 'Rollback' ? [`${type}Completed`, `${type}Failed`] : ['StatusReport', 'ErrorReport']);

/** What a control plane does over Kafka: produces commands and reads the agent's events. */
export class KafkaControl implements AsyncDisposable {
  readonly #agentId: string;
  readonly #kafka: Kafka;
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  readonly #listeners = new Set<(event: DemoEvent) => void>();

  constructor(brokers: readonly string[], agentId: string) {
    calmRequestQueues();
    this.#kafka = new Kafka({ clientId: 'axion-demo', brokers: [...brokers], logLevel: logLevel.NOTHING });
    this.#agentId = agentId;
    this.#producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    this.#consumer = this.#kafka.consumer({ groupId: `demo-${randomUUID()}`, maxWaitTimeInMs: 250 });
  }

  /** Makes the agent's two topics where they are not there yet, as a control plane does on enrolment. */
  async open(): Promise<void> {
    const admin = this.#kafka.admin();
    await admin.connect();
    const topics = [`runner.commands.${this.#agentId}`, `runner.events.${this.#agentId}`];
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })), waitForLeaders: true });
    await admin.disconnect();
    await this.#producer.connect();
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: `runner.events.${this.#agentId}`, fromBeginning: true });
    await this.#consumer.run({
      eachMessage: async ({ message }) => {
        const event = JSON.parse(message.value?.toString() ?? '{}') as DemoEvent;
        for (const listener of this.#listeners) listener(event);
      },
    });
  }

  /** Produces one command and waits for its terminal event. */
  async run(type: string, payload: Readonly<Record<string, unknown>> & { readonly project_id: string }, onEvent: (event: DemoEvent) => void): Promise<Ended> {
    const id = randomUUID();
    const events: DemoEvent[] = [];
    const { promise, resolve } = Promise.withResolvers<Ended>();
    let firstAt = 0;
    const producedAt = performance.now();
    const listener = (event: DemoEvent): void => {
      if (event.causation_id !== id) return;
      firstAt ||= performance.now();
      events.push(event);
      onEvent(event);
      if (endsOf(type).includes(event.event_type)) resolve({ terminal: event, events, producedAt, firstAt, endedAt: performance.now() });
    };
    this.#listeners.add(listener);
    const envelope = { command_id: id, command_type: type, payload, correlation_id: id, timestamp: new Date().toISOString(), metadata: { user_id: 'demo', retry_attempt: 0 } };
    await this.#producer.send({ topic: `runner.commands.${this.#agentId}`, messages: [{ key: payload.project_id, value: JSON.stringify(envelope) }] });
    const ended = await promise;
    this.#listeners.delete(listener);
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.disconnect();
    await this.#producer.disconnect();
  }
}
