import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import { startBus, startKafka, startPrivateEngine, tempDir } from '@axion/testkit';
import type { Dockerd, KafkaBroker, TestBus } from '@axion/testkit';
import { KafkaSide } from '../session/kafka-side.ts';
import { KeptProcess } from './kept-process.ts';
import type { Intent } from './scenario.ts';

/** All the real parts of one run. */
export class FaultRig implements AsyncDisposable {
  readonly bus: TestBus;
  readonly broker: KafkaBroker;
  readonly engine: Dockerd;
  readonly kafka: KafkaSide;
  readonly worker: KeptProcess;
  readonly executors: readonly KeptProcess[];
  readonly #observer: Bus;
  readonly #owned: AsyncDisposableStack;

  private constructor(parts: Pick<FaultRig, 'bus' | 'broker' | 'engine' | 'kafka' | 'worker' | 'executors'>, observer: Bus, owned: AsyncDisposableStack) {
    this.bus = parts.bus;
    this.broker = parts.broker;
    this.engine = parts.engine;
    this.kafka = parts.kafka;
    this.worker = parts.worker;
    this.executors = parts.executors;
    this.#observer = observer;
    this.#owned = owned;
  }

  /** @param agentId a name that no other run has */
  static async start(agentId: string): Promise<FaultRig> {
    await using stack = new AsyncDisposableStack();
    const home = stack.use(await tempDir('faults'));
    const [bus, broker, engine] = await Promise.all([startBus(), startKafka(), startPrivateEngine()]);
    stack.use(bus);
    stack.use(broker);
    stack.use(engine);
    const kafka = stack.use(await KafkaSide.open(broker.address, agentId));
    const env = (instance: string): Record<string, string> => ({
      AXION_INSTANCE: instance,
      AXION_AGENT__AGENT__ID: agentId,
      AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data'),
      AXION_AGENT__BUS__URL: bus.url,
      AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
      AXION_AGENT__KAFKA__BROKERS: broker.address,
      AXION_AGENT__DOCKER__HOST: engine.host,
      AXION_AGENT__LOGGING__LEVEL: 'warn',
    });
    const worker = stack.use(await KeptProcess.start('command-worker', env('1')));
    const executors = [stack.use(await KeptProcess.start('swarm-executor', env('1'))), stack.use(await KeptProcess.start('swarm-executor', env('2')))];
    return new FaultRig({ bus, broker, engine, kafka, worker, executors }, await bus.connect('cli'), stack.move());
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
    return (await this.#observer.stream('COMMANDS')).messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
