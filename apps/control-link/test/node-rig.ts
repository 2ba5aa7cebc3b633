import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import type { HealthBeat } from '@axion/contracts';
import { AgentServiceDefinition, ApplyWorkloadRequest, type ApplyWorkloadResponse } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { openChannel, parseServerUrl, unaryClient, type UnaryClient } from '@axion/grpc-kit';
import { freePort, sharedImage, spawnComponent, startBus, tempDir, uniqueName, waitFor } from '@axion/testkit';
import type { EngineApi, ServerProcess, TestBus } from '@axion/testkit';
import { ControlPlaneProcess, type SeenWorkload } from './control-plane-process.ts';

/** A node as a scheduler has it: bus, executor, gateway and control-link as processes, on the real engine. */
export interface NodeRig extends AsyncDisposable {
  readonly bus: TestBus;
  readonly cli: Bus;
  readonly scheduler: ControlPlaneProcess;
  readonly link: ServerProcess;
  readonly executor: { restart(): Promise<void>; kill(): Promise<void> };
  readonly apiPort: number;
  /** Calls the agent as the scheduler does: at the address it was told. */
  agent(): Promise<UnaryClient<typeof AgentServiceDefinition>>;
  id(name: string): string;
  apply(id: string, revision?: string, container?: object): Promise<ApplyWorkloadResponse>;
  /** Waits for the scheduler to be told of a workload what is wanted. */
  told(id: string, what: string, wanted: (workload: SeenWorkload) => boolean): Promise<SeenWorkload>;
  /** Waits for a beat of control-link that is as wanted. */
  beat(what: string, wanted: (beat: HealthBeat) => boolean): Promise<HealthBeat>;
}

/** What ends at once when it is told to. */
export const sleeper = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];

export const startNode = async (engine: EngineApi, env: Readonly<Record<string, string>> = {}): Promise<NodeRig> => {
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await tempDir('node'));
  const [bus, scheduler, apiPort] = await Promise.all([startBus(), ControlPlaneProcess.start('node-token', ['--heartbeat-seconds', '1', '--lease-seconds', '20']), freePort()]);
  stack.use(bus);
  stack.use(scheduler);
  const cli = await bus.connect('cli');
  let latest: HealthBeat | undefined;
  cli.beats.subscribe((beat) => {
    if (beat.component === 'control-link') latest = beat;
  });
  const given = {
    BUS__URL: bus.url,
    BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AGENT__DATA_DIR: join(home.path, 'data'),
    AGENT__SERVER_ID: 'host-1',
    AGENT__LABELS: 'zone=eu-1',
    DOCKER__HOST: engine.host,
    WORKLOADS__COMPOSE: 'false',
    // Switched on, and nothing answers there.
    WORKLOADS__VM: 'true',
    WORKLOADS__LIBVIRT_URI: 'qemu:///system?socket=/nothing/libvirt-sock',
    WORKLOADS__VOLUMES_DIR: join(home.path, 'volumes'),
    WORKLOADS__MAX_MEMORY_PERCENT: '100',
    WORKLOADS__MAX_CPU_PERCENT: '100',
    WORKLOADS__MAX_DISK_PERCENT: '100',
    WORKLOADS__RECONCILE_INTERVAL: '1',
    AGENT_API__ENABLED: 'true',
    AGENT_API__BIND: '127.0.0.1',
    AGENT_API__PORT: String(apiPort),
    CONTROL_PLANE__ENABLED: 'false',
    SCHEDULER__ENABLED: 'true',
    SCHEDULER__ADDR: scheduler.scheduler,
    SCHEDULER__INSECURE: 'true',
    ...env,
  };
  const variables = Object.fromEntries(Object.entries(given).map(([key, value]) => [`AXION_AGENT__${key}`, value]));
  const spawn = (name: string): Promise<ServerProcess> => spawnComponent(name, { env: variables });
  const prefix = uniqueName('node');
  const ids: string[] = [];
  stack.defer(async () => {
    for (const id of ids) {
      const rows = (await engine.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label: [`dev.axion.workload=${id}`] }))}`)) as { Id: string }[];
      for (const { Id } of rows) await engine.call('DELETE', `/containers/${Id}?force=1`);
    }
  });
  const [link, gateway, first] = await Promise.all([spawn('control-link'), spawn('local-gateway'), spawn('workload-executor')]);
  let executor = first;
  stack.defer(async () => void (await Promise.all([executor.stop(), gateway.stop(), link.stop()])));
  const channels = new Map<string, ReturnType<typeof openChannel>>();
  stack.defer(() => channels.forEach((channel) => channel.close()));
  const agent: NodeRig['agent'] = async () => {
    const { grpcEndpoint } = (await scheduler.node('a node', () => true)).registration;
    const channel = channels.get(grpcEndpoint) ?? openChannel({ address: parseServerUrl(`http://${grpcEndpoint}`), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [] } });
    channels.set(grpcEndpoint, channel);
    return unaryClient(AgentServiceDefinition, channel, { timeoutMs: 20_000, metadata: () => ({}) });
  };
  const owned = stack.move();
  return {
    bus,
    cli,
    scheduler,
    link,
    executor: {
      kill: async () => void (await executor.kill()),
      restart: async () => {
        await executor.kill();
        executor = await spawn('workload-executor');
      },
    },
    apiPort,
    agent,
    id: (name) => {
      const id = `${prefix}-${name}`;
      ids.push(id);
      return id;
    },
    apply: async (id, revision = 'r1', container = {}) => {
      const request = { id, type: 'WORKLOAD_TYPE_CONTAINER', revisionId: revision, desiredState: 'DESIRED_STATE_RUNNING', spec: { container: { image: sharedImage(), command: sleeper, ...container } } };
      return (await agent()).applyWorkload(ApplyWorkloadRequest.fromJSON(request));
    },
    told: (id, what, wanted) => waitFor(async () => (await scheduler.nodes())[0]?.last?.workloadStatuses?.find((workload) => workload.workloadId === id && wanted(workload)), { what, timeoutMs: 45_000 }),
    beat: (what, wanted) => waitFor(() => (latest !== undefined && wanted(latest) ? latest : undefined), { what, timeoutMs: 45_000 }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
