import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import { parseCommand } from '@axion/contracts';
import { ServerProcess, startBus, tempDir } from '@axion/testkit';
import { root } from '../../setup/paths.mjs';
import type { Session } from '../../session/session.ts';

/** A bus and a swarm-executor as they ship, each its own process, and who sends commands and waits for their end. */
export interface Executor {
  /** Returns how long it took from the command on the bus to its completed end, ms. @throws when it failed */
  run(type: 'Deploy' | 'Stop', payload: Readonly<Record<string, unknown>>): Promise<number>;
  /** How many calls that write the executor has made to the engine since it started. */
  writes(): Promise<number>;
}

interface CallMetric {
  readonly name: string;
  readonly values: readonly { readonly metricName?: string; readonly value: number; readonly labels: { readonly operation?: string } }[];
}

const WRITE = /_(create|update|remove)$/;

export const startExecutor = async ({ stack, id }: Session, dockerHost: string): Promise<Executor> => {
  const home = stack.use(await tempDir('bench'));
  const bus = stack.use(await startBus());
  stack.use(
    await ServerProcess.start({
      name: 'swarm-executor',
      command: process.execPath,
      args: [join(root, 'apps/swarm-executor/dist/main.js')],
      env: {
        AXION_AGENT__AGENT__ID: `bench-${id}`,
        AXION_AGENT__AGENT__DATA_DIR: home.path,
        AXION_AGENT__BUS__URL: bus.url,
        AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
        AXION_AGENT__DOCKER__HOST: dockerHost,
      },
      ready: /"msg":"ready"/,
    }),
  );
  const observer = await bus.connect('cli');
  const ends = new Map<string, (end: { readonly type: string; readonly message: unknown }) => void>();
  await observer.events.follow({}, ({ body, terminal }) => {
    if (terminal) ends.get(body.causation_id ?? '')?.({ type: body.event_type, message: body.payload['message'] });
  });
  return {
    run: async (type, payload) => {
      const commandId = randomUUID();
      const command = parseCommand(Buffer.from(JSON.stringify({ command_id: commandId, command_type: type, payload, correlation_id: commandId, timestamp: new Date().toISOString() })));
      const { promise, resolve } = Promise.withResolvers<{ readonly type: string; readonly message: unknown }>();
      ends.set(commandId, resolve);
      const began = performance.now();
      await observer.commands.publish(command);
      const end = await promise;
      const took = performance.now() - began;
      if (end.type !== 'DeployCompleted' && end.type !== 'StatusReport') throw new Error(`${type} ended as ${end.type}: ${String(end.message)}`);
      return took;
    },
    writes: () => writesOf(observer),
  };
};

const writesOf = async (observer: Bus): Promise<number> => {
  const answers = await observer.metrics.scrape({ timeoutMs: 5000, expected: 1 });
  const metrics = answers.flatMap(({ metrics: found }) => found as readonly CallMetric[]);
  const calls = metrics.find(({ name }) => name === 'agent_docker_operations_duration_seconds');
  if (calls === undefined) throw new Error('the executor did not tell its calls to the engine');
  return calls.values.filter(({ metricName, labels }) => metricName?.endsWith('_count') === true && WRITE.test(labels.operation ?? '')).reduce((sum, { value }) => sum + value, 0);
};
