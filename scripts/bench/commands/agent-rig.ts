import { join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Bus } from '@axion/bus';
import { calmRequestQueues } from '@axion/kafka';
import { ServerProcess, startBus, startKafka, startPrivateEngine, tempDir } from '@axion/testkit';
import type { KafkaBroker } from '@axion/testkit';
import { MALLOC_SETTINGS, nodeFlags } from '../../../apps/cli/src/supervise/node-flags.ts';
import { root } from '../../setup/paths.mjs';
import { openDocker } from '../../session/docker.ts';
import type { Session } from '../../session/session.ts';

/** A broker, and an agent's command path built and started as it ships: bus, command-worker, swarm-executor, each its own process with the flags of its unit. */
export interface AgentRig {
  readonly broker: KafkaBroker;
  readonly kafka: Kafka;
  readonly agentId: string;
  readonly observer: Bus;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** The topics of an agent, made beforehand as a control plane makes them. */
export const makeTopics = async (kafka: Kafka, topics: readonly string[], numPartitions: number): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions })), waitForLeaders: true });
  await admin.disconnect();
};

export const newProducer = (kafka: Kafka) => kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });

/** An engine of the run's own, where it may start one: what others do on a shared one wakes the executor. */
const engineHost = async (session: Session): Promise<string> =>
  process.getuid?.() === 0 ? session.stack.use(await startPrivateEngine()).host : (await openDocker(session)).engine.host;

export const startAgent = async (session: Session): Promise<AgentRig> => {
  const { stack, id } = session;
  const agentId = `bench-${id}`;
  const dockerHost = await engineHost(session);
  const home = stack.use(await tempDir('bench'));
  const broker = stack.use(await startKafka());
  const bus = stack.use(await startBus());
  calmRequestQueues();
  const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
  await makeTopics(kafka, [`runner.commands.${agentId}`, `runner.events.${agentId}`], 1);
  const env = {
    AXION_AGENT__AGENT__ID: agentId,
    AXION_AGENT__AGENT__DATA_DIR: home.path,
    AXION_AGENT__BUS__URL: bus.url,
    AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AXION_AGENT__KAFKA__BROKERS: broker.address,
    AXION_AGENT__DOCKER__HOST: dockerHost,
    AXION_AGENT__LOGGING__LEVEL: 'info',
    ...MALLOC_SETTINGS,
  };
  const start = async (name: string) => {
    const args = [...nodeFlags(name), join(root, 'apps', name, 'dist/main.js')];
    const running = stack.use(await ServerProcess.start({ name, command: process.execPath, args, env, ready: /"msg":"ready"/ }));
    return { name, pid: running.pid };
  };
  const processes = [await start('command-worker'), await start('swarm-executor')];
  return { broker, kafka, agentId, observer: await bus.connect('cli'), processes };
};
