import { join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Producer } from 'kafkajs';
import { calmRequestQueues } from '@axion/kafka';
import type { Bus } from '@axion/bus';
import { startBus, startKafka, startPrivateEngine, tempDir } from '@axion/testkit';
import type { Dockerd, KafkaBroker, TestBus } from '@axion/testkit';
import { KeptProcess } from './kept-process.ts';
import type { Intent, PlannedCommand } from './scenario.ts';
import type { SeenEvent } from './verdict.ts';

/** Names that no other run has. */
export interface RunNames {
  readonly agentId: string;
}

/** All the real parts of one run, and the two sides of Kafka that a control plane has. */
export class FaultRig implements AsyncDisposable {
  readonly bus: TestBus;
  readonly broker: KafkaBroker;
  readonly engine: Dockerd;
  readonly worker: KeptProcess;
  readonly executors: readonly KeptProcess[];
  readonly observer: Bus;
  readonly #names: RunNames;
  readonly #kafka: Kafka;
  readonly #producer: Producer;
  readonly #owned: AsyncDisposableStack;

  private constructor(parts: Pick<FaultRig, 'bus' | 'broker' | 'engine' | 'worker' | 'executors' | 'observer'>, names: RunNames, kafka: Kafka, producer: Producer, owned: AsyncDisposableStack) {
    this.bus = parts.bus;
    this.broker = parts.broker;
    this.engine = parts.engine;
    this.worker = parts.worker;
    this.executors = parts.executors;
    this.observer = parts.observer;
    this.#names = names;
    this.#kafka = kafka;
    this.#producer = producer;
    this.#owned = owned;
  }

  static async start(names: RunNames): Promise<FaultRig> {
    await using stack = new AsyncDisposableStack();
    const home = stack.use(await tempDir('faults'));
    const [bus, broker, engine] = await Promise.all([startBus(), startKafka(), startPrivateEngine()]);
    stack.use(bus);
    stack.use(broker);
    stack.use(engine);
    calmRequestQueues();
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING, retry: { retries: 50, initialRetryTime: 100, maxRetryTime: 1000 } });
    await createTopics(kafka, names.agentId);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    stack.defer(() => producer.disconnect());
    const env = (instance: string): Record<string, string> => ({
      AXION_INSTANCE: instance,
      AXION_AGENT__AGENT__ID: names.agentId,
      AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data'),
      AXION_AGENT__BUS__URL: bus.url,
      AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
      AXION_AGENT__KAFKA__BROKERS: broker.address,
      AXION_AGENT__DOCKER__HOST: engine.host,
      AXION_AGENT__LOGGING__LEVEL: 'warn',
    });
    const worker = stack.use(await KeptProcess.start('command-worker', env('1')));
    const executors = [stack.use(await KeptProcess.start('swarm-executor', env('1'))), stack.use(await KeptProcess.start('swarm-executor', env('2')))];
    const observer = await bus.connect('cli');
    return new FaultRig({ bus, broker, engine, worker, executors, observer }, names, kafka, producer, stack.move());
  }

  /** Resolves when the broker has it. */
  async produce(command: PlannedCommand): Promise<void> {
    const envelope = { command_id: command.id, command_type: command.type, payload: command.payload, correlation_id: command.id, timestamp: new Date().toISOString(), metadata: { retry_attempt: 0 } };
    await this.#producer.send({ topic: `runner.commands.${this.#names.agentId}`, acks: -1, messages: [{ key: command.project, value: JSON.stringify(envelope) }] });
  }

  /** Follows the events topic from its beginning; `onEvent` sees every record once. */
  async followEvents(onEvent: (event: SeenEvent) => void): Promise<void> {
    const consumer = this.#kafka.consumer({ groupId: `verdict-${this.#names.agentId}`, allowAutoTopicCreation: true, retry: { retries: 1000, maxRetryTime: 1000 } });
    await consumer.connect();
    await consumer.subscribe({ topic: `runner.events.${this.#names.agentId}`, fromBeginning: true });
    const next = new Map<number, number>();
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const offset = Number(message.offset);
        // After a rebalance the last records come again.
        if (offset < (next.get(partition) ?? 0)) return;
        next.set(partition, offset + 1);
        const body = JSON.parse(message.value?.toString() ?? '{}') as { event_id: string; event_type: string; causation_id?: string; payload: { message?: string } };
        onEvent({ partition, offset, id: body.event_id, type: body.event_type, causationId: body.causation_id, message: body.payload.message });
      },
    });
    this.#owned.defer(() => consumer.disconnect());
  }

  /** What the engine has of each project now. */
  async state(projects: readonly string[]): Promise<ReadonlyMap<string, Intent>> {
    const services = (await this.engine.api.call('GET', '/services')) as { Spec: { Name: string; Mode: { Replicated?: { Replicas?: number } }; TaskTemplate: { ContainerSpec: { Env?: string[] } } } }[];
    return new Map(
      projects.map((project) => {
        const service = services.find(({ Spec }) => Spec.Name === `axion-${project}_web`);
        const revision = service?.Spec.TaskTemplate.ContainerSpec.Env?.find((line) => line.startsWith('REVISION='))?.slice('REVISION='.length);
        return [project, service === undefined ? undefined : { revision: revision ?? '?', replicas: service.Spec.Mode.Replicated?.Replicas ?? 0 }];
      }),
    );
  }

  /** How many commands wait on the bus. */
  async waiting(): Promise<number> {
    return (await this.observer.stream('COMMANDS')).messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

/** Several partitions: order is promised for a key, not for a topic. */
const createTopics = async (kafka: Kafka, agentId: string): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  const topics = [`runner.commands.${agentId}`, `runner.events.${agentId}`];
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 3 })), waitForLeaders: true });
  await admin.disconnect();
};
