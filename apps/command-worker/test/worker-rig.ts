import kafkajs from 'kafkajs';
import type { Admin, CompressionTypes, IHeaders, Kafka, Message, Producer } from 'kafkajs';
import type { Bus, QueuedCommand } from '@axion/bus';
import type { EventType, Executor } from '@axion/contracts';
import { newId } from '@axion/core';
import { calmRequestQueues } from '@axion/kafka';
import { spawnComponent, startBus, startKafka, uniqueName, waitFor } from '@axion/testkit';
import type { KafkaBroker, KafkaOptions, ServerProcess, TestBus } from '@axion/testkit';

/** The fields of events and dead letters that tests ask for. */
export interface SeenJson {
  readonly event_type: string;
  readonly payload: { readonly n: number };
  readonly error: { readonly code: string };
  readonly originalPayload: string;
}

/** One record as a test looks at it. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly json: SeenJson;
  readonly headers: Readonly<Record<string, string>>;
}

/** A command envelope with what every one needs. */
export const envelope = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  command_id: newId(),
  command_type: 'Stop',
  payload: { project_id: 'shop' },
  correlation_id: 'corr',
  timestamp: new Date().toISOString(),
  ...over,
});

/** A real broker, a real bus, and command-workers from source between them. */
export class WorkerRig implements AsyncDisposable {
  readonly broker: KafkaBroker;
  readonly bus: TestBus;
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly admin: Admin;
  readonly agentId: string;
  /** The bus as the executor sees it. */
  readonly executor: Bus;
  readonly #workers: ServerProcess[] = [];
  #sharesBroker = false;

  private constructor(broker: KafkaBroker, bus: TestBus, kafka: Kafka, executor: Bus) {
    this.broker = broker;
    this.bus = bus;
    this.kafka = kafka;
    this.executor = executor;
    this.producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    this.admin = kafka.admin();
    this.agentId = uniqueName('agent');
  }

  /** With `broker`, on one that serves several rigs one after the other. */
  static async start(options: KafkaOptions & { broker?: KafkaBroker; maxStoreMb?: number } = {}): Promise<WorkerRig> {
    calmRequestQueues();
    const [broker, bus] = await Promise.all([options.broker ?? startKafka(options), startBus(options.maxStoreMb === undefined ? {} : { maxStoreMb: options.maxStoreMb })]);
    const kafka = new kafkajs.Kafka({ brokers: [broker.address], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 20, initialRetryTime: 100, maxRetryTime: 500 } });
    const rig = new WorkerRig(broker, bus, kafka, await bus.connect('swarm-executor'));
    rig.#sharesBroker = options.broker !== undefined;
    await Promise.all([rig.producer.connect(), rig.admin.connect()]);
    return rig;
  }

  get topics() {
    return { commands: `runner.commands.${this.agentId}`, events: `runner.events.${this.agentId}`, deadLetters: `dlq.${this.agentId}`, group: `runner-agent-${this.agentId}` };
  }

  env(over: Readonly<Record<string, string | undefined>> = {}): Record<string, string | undefined> {
    return {
      AXION_CONFIG: undefined,
      AXION_AGENT__AGENT__ID: this.agentId,
      AXION_AGENT__BUS__URL: this.bus.url,
      AXION_AGENT__BUS__CREDENTIALS_DIR: this.bus.credentialsDir,
      AXION_AGENT__KAFKA__BROKERS: this.broker.address,
      AXION_AGENT__KAFKA__DLQ_TOPIC: this.topics.deadLetters,
      ...over,
    };
  }

  async worker(over: Readonly<Record<string, string | undefined>> = {}): Promise<ServerProcess> {
    const worker = await spawnComponent('command-worker', { env: this.env(over) });
    this.#workers.push(worker);
    return worker;
  }

  async createTopics(partitions = 1): Promise<void> {
    const { commands, events, deadLetters } = this.topics;
    await this.admin.createTopics({ waitForLeaders: true, topics: [commands, events, deadLetters].map((topic) => ({ topic, numPartitions: partitions })) });
  }

  async limitMessages(topic: string, bytes: number): Promise<void> {
    const { TOPIC } = kafkajs.ConfigResourceTypes;
    await this.admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC, name: topic, configEntries: [{ name: 'max.message.bytes', value: String(bytes) }] }] });
  }

  /** Sends envelopes, or bytes as they are. */
  async produce(values: readonly (Record<string, unknown> | Buffer | null)[], more: { headers?: IHeaders; compression?: CompressionTypes; key?: string } = {}): Promise<void> {
    const messages: Message[] = values.map((value) => ({
      key: more.key ?? 'k',
      value: value === null || Buffer.isBuffer(value) ? value : JSON.stringify(value),
      ...(more.headers === undefined ? {} : { headers: more.headers }),
    }));
    await this.producer.send({ topic: this.topics.commands, messages, ...(more.compression === undefined ? {} : { compression: more.compression }) });
  }

  /** The commands that wait for an executor under a key. */
  waiting(key: string, executor: Executor = 'swarm'): Promise<readonly QueuedCommand[]> {
    return this.executor.commands.waiting(executor, key, 5000);
  }

  async stored(count: number, key: string): Promise<readonly QueuedCommand[]> {
    return waitFor(async () => ((await this.waiting(key)).length >= count ? this.waiting(key) : undefined), { what: `${count} commands of ${key} on the bus`, timeoutMs: 60_000 });
  }

  /** Publishes events as an executor would. */
  async publish(count: number, { key = 'shop', type = 'DeployProgress', from = 0, padding = '' }: { key?: string; type?: EventType; from?: number; padding?: string } = {}): Promise<void> {
    for (let i = from; i < from + count; i++) {
      await this.executor.events.publish({
        key,
        terminal: false,
        headers: { 'x-correlation-id': 'corr', 'x-axion-digest': 'internal' },
        body: { event_id: newId(), event_type: type, payload: { n: i, padding }, correlation_id: 'corr', causation_id: 'c', timestamp: new Date().toISOString(), agent_id: this.agentId },
      });
    }
  }

  /** Everything in a topic, from its beginning to its end as it was when this was called. */
  async read(topic: string): Promise<readonly SeenRecord[]> {
    const ends = await this.admin.fetchTopicOffsets(topic);
    const open = new Set(ends.filter(({ high, low }) => Number(high) > Number(low)).map(({ partition }) => partition));
    if (open.size === 0) return [];
    const consumer = this.kafka.consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 100 });
    const seen: SeenRecord[] = [];
    const complete = Promise.withResolvers<void>();
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { key, value, offset, headers } of batch.messages) {
          const texts = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]));
          seen.push({ partition: batch.partition, offset: Number(offset), key: key?.toString(), json: JSON.parse(value!.toString()) as SeenJson, headers: texts });
        }
      },
    });
    // Also of batches that hold nothing but markers of transactions, which `eachBatch` never sees.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      const end = ends.find(({ partition }) => partition === payload.partition);
      if (Number(payload.lastOffset) + 1 >= Number(end?.high)) open.delete(payload.partition);
      if (open.size === 0) complete.resolve();
    });
    await complete.promise;
    await consumer.disconnect();
    return seen;
  }

  async readUntil(topic: string, count: number, timeoutMs = 60_000): Promise<readonly SeenRecord[]> {
    return waitFor(
      async () => {
        const seen = await this.read(topic).catch(() => []);
        return seen.length >= count ? seen : undefined;
      },
      { what: `${count} records in ${topic}`, timeoutMs, intervalMs: 100 },
    );
  }

  /** The committed offset of partition 0; -1 before the first commit. */
  async committed(partition = 0): Promise<number> {
    const [topic] = await this.admin.fetchOffsets({ groupId: this.topics.group, topics: [this.topics.commands] });
    return Number(topic?.partitions.find((found) => found.partition === partition)?.offset ?? -1);
  }

  async committedUpTo(offset: number): Promise<void> {
    await waitFor(async () => (await this.committed()) === offset, { what: `offset ${offset} to be committed`, timeoutMs: 60_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await Promise.all([this.producer.disconnect(), this.admin.disconnect()]);
    await this.bus[Symbol.asyncDispose]();
    if (!this.#sharesBroker) await this.broker[Symbol.asyncDispose]();
  }
}
