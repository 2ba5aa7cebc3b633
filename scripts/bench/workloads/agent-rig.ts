import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import { AgentServiceDefinition, ApplyWorkloadRequest } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import type { ApplyWorkloadResponse } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { openChannel, parseServerUrl, unaryClient } from '@axion/grpc-kit';
import { freePort, ServerProcess, startBus, tempDir } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';
import { openDocker } from '../../session/docker.ts';
import type { Session } from '../../session/session.ts';
import { root } from '../../setup/paths.mjs';

/** The workload side of an agent as it ships: bus, workload-executor and local-gateway, each its own process, and a client on the loopback door. */
export interface AgentRig {
  readonly engine: EngineApi;
  readonly image: string;
  /** Begins the name of everything this run makes. */
  readonly prefix: string;
  readonly observer: Bus;
  readonly executorPid: number;
  apply(id: string, revision: string): Promise<ApplyWorkloadResponse>;
  delete(id: string): Promise<void>;
  ids(): Promise<readonly string[]>;
}

/** What every container here runs: it ends as soon as it is asked to. */
export const sleeper = ['sh', '-c', 'trap "exit 0" TERM; sleep 100000 & wait'] as const;
const CALL_MS = 60_000;

export const startAgent = async (session: Session): Promise<AgentRig> => {
  const { stack, id } = session;
  const { engine, image } = await openDocker(session);
  const home = stack.use(await tempDir('bench'));
  const bus = stack.use(await startBus());
  const port = await freePort();
  const env = {
    AXION_AGENT__AGENT__ID: `bench-${id}`,
    AXION_AGENT__AGENT__DATA_DIR: home.path,
    AXION_AGENT__BUS__URL: bus.url,
    AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AXION_AGENT__DOCKER__HOST: engine.host,
    AXION_AGENT__WORKLOADS__COMPOSE: 'false',
    AXION_AGENT__WORKLOADS__VOLUMES_DIR: join(home.path, 'volumes'),
    // The benchmark itself is what makes the host busy.
    AXION_AGENT__WORKLOADS__MAX_CPU_PERCENT: '100',
    AXION_AGENT__WORKLOADS__MAX_MEMORY_PERCENT: '100',
    AXION_AGENT__WORKLOADS__MAX_DISK_PERCENT: '100',
    AXION_AGENT__LOCAL__ENABLED: 'true',
    AXION_AGENT__LOCAL__GRPC_LOCAL_PORT: String(port),
  };
  const start = async (name: string): Promise<ServerProcess> =>
    stack.use(await ServerProcess.start({ name, command: process.execPath, args: [join(root, 'apps', name, 'dist/main.js')], env, ready: /"msg":"ready"/ }));
  const prefix = `bench-${id}`;
  stack.defer(() => removeAll(engine, prefix));
  const executor = await start('workload-executor');
  await start('local-gateway');
  const channel = openChannel({ address: parseServerUrl(`http://127.0.0.1:${port}`), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [] } });
  stack.defer(() => channel.close());
  const agent = unaryClient(AgentServiceDefinition, channel, { timeoutMs: CALL_MS, metadata: () => ({}) });
  return {
    engine,
    image,
    prefix,
    observer: await bus.connect('cli'),
    executorPid: executor.pid,
    apply: (workload, revisionId) =>
      agent.applyWorkload(ApplyWorkloadRequest.fromJSON({ id: workload, type: 'WORKLOAD_TYPE_CONTAINER', revisionId, desiredState: 'DESIRED_STATE_RUNNING', spec: { container: { image, command: [...sleeper] } } })),
    delete: async (workload) => void (await agent.deleteWorkload({ id: workload })),
    ids: async () => (await agent.listWorkloads({ type: 0 })).workloads.map((workload) => workload.id),
  };
};

const removeAll = async (engine: EngineApi, prefix: string): Promise<void> => {
  const rows = (await engine.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ name: [`^/${prefix}`] }))}`)) as { readonly Id: string }[];
  for (const { Id } of rows) await engine.call('DELETE', `/containers/${Id}?force=1`).catch(() => undefined);
};

/** When the engine says that a container started, milliseconds since 1970. */
export const startedAt = async (engine: EngineApi, name: string): Promise<number> => {
  const { State } = (await engine.call('GET', `/containers/${name}/json`)) as { readonly State: { readonly StartedAt: string; readonly Running: boolean } };
  if (!State.Running) throw new Error(`container ${name} does not run`);
  return Date.parse(State.StartedAt);
};
