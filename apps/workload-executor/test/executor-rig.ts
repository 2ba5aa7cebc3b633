import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import { sharedImage, spawnComponent, startBus, tempDir, uniqueName, waitFor } from '@axion/testkit';
import type { EngineApi, ServerProcess, TestBus } from '@axion/testkit';

export interface Status {
  readonly id: string;
  readonly revisionId?: string;
  readonly actualState?: string;
  readonly desiredState?: string;
  readonly message?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly usage?: Readonly<Record<string, unknown>>;
}

export interface Applied {
  readonly applied?: boolean;
  readonly skipped?: boolean;
  readonly message: string;
  readonly status?: Status;
}

/** A container as the engine lists it. */
export interface Row {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** A bus, an executor as a process of its own, and eyes on the engine that do not go through it. */
export interface Rig extends AsyncDisposable {
  readonly bus: TestBus;
  readonly cli: Bus;
  readonly executor: ServerProcess;
  /** A workload id nothing else has; what carries it is removed with the rig. */
  id(name: string): string;
  ask<T = Applied>(verb: string, body: unknown): Promise<T>;
  send(id: string, revision: string, container?: object, desired?: 'RUNNING' | 'STOPPED'): Promise<Applied>;
  /** As `send`; where the answer is that it goes on, this waits for its end. */
  apply(id: string, revision: string, container?: object, desired?: 'RUNNING' | 'STOPPED'): Promise<Applied>;
  status(id: string): Promise<Status>;
  /** Whatever the engine has of a workload. */
  rows(id: string): Promise<readonly Row[]>;
  /** Ends the executor with SIGKILL, and starts it again. */
  crash(): Promise<void>;
  restart(): Promise<void>;
}

const isOpen = (status: Status | undefined): boolean => ['pending', 'running'].includes(status?.metadata?.['task_status'] ?? '');

export const sleeper = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];

export const startRig = async (engine: EngineApi, settings: Readonly<Record<string, string>> = {}): Promise<Rig> => {
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await tempDir('workloads'));
  const bus = stack.use(await startBus());
  const cli = await bus.connect('cli');
  const prefix = uniqueName('wl');
  const env = {
    AXION_AGENT__BUS__URL: bus.url,
    AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data'),
    AXION_AGENT__DOCKER__HOST: engine.host,
    AXION_AGENT__WORKLOADS__VOLUMES_DIR: join(home.path, 'volumes'),
    AXION_AGENT__WORKLOADS__MAX_MEMORY_PERCENT: '100',
    AXION_AGENT__WORKLOADS__MAX_CPU_PERCENT: '100',
    AXION_AGENT__WORKLOADS__COMPOSE: 'false',
    AXION_AGENT__WORKLOADS__RECONCILE_INTERVAL: '1',
    ...settings,
  };
  const launch = (): Promise<ServerProcess> => spawnComponent('workload-executor', { env });
  const rows = async (id: string): Promise<readonly Row[]> =>
    (await engine.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label: [`dev.axion.workload=${id}`] }))}`)) as Row[];
  const ids: string[] = [];
  stack.defer(async () => {
    for (const id of ids) {
      for (const { Id } of await rows(id)) await engine.call('DELETE', `/containers/${Id}?force=1`);
      const { Volumes } = (await engine.call('GET', `/volumes?filters=${encodeURIComponent(JSON.stringify({ label: [`dev.axion.workload=${id}`] }))}`)) as { Volumes?: { Name: string }[] };
      for (const { Name } of Volumes ?? []) await engine.call('DELETE', `/volumes/${Name}`);
    }
  });
  // Stopped first: it would bring back what is taken away.
  let executor = await launch();
  stack.defer(async () => void (await executor.stop()));
  const ask = <T>(verb: string, body: unknown): Promise<T> => cli.actions.request<T>('workload', verb, body, { timeoutMs: 60_000 });
  const send: Rig['send'] = (id, revision, container = {}, desired = 'RUNNING') =>
    ask('apply', { id, type: 'WORKLOAD_TYPE_CONTAINER', revisionId: revision, desiredState: `DESIRED_STATE_${desired}`, spec: { container: { image: sharedImage(), command: sleeper, ...container } } });
  const status: Rig['status'] = async (id) => (await ask<{ status: Status }>('status', { id })).status;
  const owned = stack.move();
  return {
    bus,
    cli,
    get executor() {
      return executor;
    },
    id: (name) => {
      const id = `${prefix}-${name}`;
      ids.push(id);
      return id;
    },
    ask,
    send,
    apply: async (...asked) => {
      const answer = await send(...asked);
      if (!isOpen(answer.status)) return answer;
      const ended = await waitFor(async () => {
        const now = await status(asked[0]);
        return !isOpen(now) && now;
      }, { what: `the task of ${asked[0]} to end`, timeoutMs: 60_000 });
      const failed = ended.metadata?.['task_status'] === 'failed';
      return { ...answer, applied: !failed, message: failed ? (ended.metadata?.['last_error'] ?? ended.message ?? '') : answer.message, status: ended };
    },
    status,
    rows,
    crash: async () => {
      await executor.kill();
      executor = await launch();
    },
    restart: async () => {
      await executor.stop();
      executor = await launch();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
