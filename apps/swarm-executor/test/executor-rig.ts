import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCommand } from '@axion/contracts';
import type { CommandType, StoredCommand } from '@axion/contracts';
import type { Bus, SequencedEvent } from '@axion/bus';
import { openEngine } from '@axion/docker-engine';
import type { Engine } from '@axion/docker-engine';
import { sessionId, sharedImage, spawnComponent, startBus, tempDir, uniqueName, waitFor } from '@axion/testkit';
import type { ServerProcess, TestBus } from '@axion/testkit';

/** A real bus and engine, executors as processes of their own, and a neighbour that sends commands and sees the events. */
export interface ExecutorRig extends AsyncDisposable {
  readonly engine: Engine;
  readonly bus: TestBus;
  readonly image: string;
  readonly projectsDir: string;
  /** A project id of this run's own; its stack is removed at the end. */
  project(): string;
  start(instance?: string, env?: Readonly<Record<string, string>>): Promise<ServerProcess>;
  send(type: CommandType, payload: Readonly<Record<string, unknown>>): Promise<StoredCommand>;
  /** Waits for the command's terminal event. */
  end(command: StoredCommand, timeoutMs?: number): Promise<SequencedEvent>;
  run(type: CommandType, payload: Readonly<Record<string, unknown>>, timeoutMs?: number): Promise<SequencedEvent>;
  events(command: StoredCommand): readonly SequencedEvent[];
  file(projectId: string, name: string, text: string): Promise<void>;
}

/** @param host the engine, by default the one that tests share */
export const executorRig = async (host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'): Promise<ExecutorRig> => {
  const bus = await startBus();
  const home = await tempDir('swarm');
  const projectsDir = join(home.path, 'projects');
  const engine = openEngine({ host, deadlineMs: 30_000 });
  const cli: Bus = await bus.connect('cli');
  const seen: SequencedEvent[] = [];
  await cli.events.follow({}, (event) => seen.push(event));
  const projects: string[] = [];
  const processes: ServerProcess[] = [];
  let count = 0;

  const send: ExecutorRig['send'] = async (type, payload) => {
    count += 1;
    const envelope = { command_id: uniqueName(`cmd-${count}`), command_type: type, payload, timestamp: new Date().toISOString(), correlation_id: `corr-${count}` };
    const command = parseCommand(Buffer.from(JSON.stringify(envelope)));
    await cli.commands.publish(command);
    return command;
  };
  const events: ExecutorRig['events'] = ({ commandId }) => seen.filter(({ body }) => body.causation_id === commandId);
  const end: ExecutorRig['end'] = (command, timeoutMs = 60_000) =>
    waitFor(() => events(command).find(({ terminal }) => terminal), { what: `the end of ${command.type} ${command.commandId}`, timeoutMs });
  return {
    engine,
    bus,
    image: sharedImage(),
    projectsDir,
    project: () => {
      const id = `t${sessionId().slice(0, 8)}-${Math.random().toString(36).slice(2, 8)}`.toLowerCase();
      projects.push(id);
      return id;
    },
    start: async (instance = '1', env = {}) => {
      const started = await spawnComponent('swarm-executor', {
        env: {
          AXION_INSTANCE: instance,
          AXION_AGENT__BUS__URL: bus.url,
          AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
          AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data'),
          AXION_AGENT__AGENT__PROJECTS_DIR: projectsDir,
          AXION_AGENT__AGENT__ID: 'agent-under-test',
          AXION_AGENT__DOCKER__HOST: host,
          AXION_AGENT__DEPLOY__TIMEOUT: '60',
          ...env,
        },
      });
      processes.push(started);
      return started;
    },
    send,
    end,
    run: async (type, payload, timeoutMs) => end(await send(type, payload), timeoutMs),
    events,
    file: async (projectId, name, text) => {
      await mkdir(join(projectsDir, projectId), { recursive: true });
      await writeFile(join(projectsDir, projectId, name), text);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(processes.map((process) => process.stop()));
      await Promise.all(projects.map((id) => removeProject(engine, id)));
      engine.close();
      await bus[Symbol.asyncDispose]();
      await home.remove();
    },
  };
};

/** Removes all of a project's stack, whatever state a test left it in. */
const removeProject = (engine: Engine, id: string): Promise<unknown> =>
  waitFor(
    async () => {
      if (!(await engine.swarm.info()).swarm.manager) return true;
      const own = { label: [`com.docker.stack.namespace=axion-${id}`] };
      const kinds = ['services', 'secrets', 'configs', 'networks'] as const;
      const left = await Promise.all(kinds.map(async (kind) => ({ kind, found: await engine[kind].list(own) })));
      for (const { kind, found } of left) for (const object of found) await engine[kind].remove(object.id).catch(() => undefined);
      return left.every(({ found }) => found.length === 0);
    },
    { what: `project ${id} to be gone`, timeoutMs: 30_000, intervalMs: 300 },
  );
