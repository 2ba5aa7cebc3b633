import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { firstProgram } from './dev-folder.ts';
import { EngineApi } from './engine-api.ts';
import { startNamespaces } from './namespaces.ts';
import type { Namespaces } from './namespaces.ts';
import { ServerProcess } from './server-process.ts';
import { waitFor } from './wait-for.ts';

export interface DockerdOptions {
  /** The folder for everything of it: images, state, socket. Short, because a socket's path has 108 bytes at most. */
  readonly dir: string;
  /** Gives it a network of its own with nothing but loopback: it then disturbs no other engine, and reaches no registry. */
  readonly ownNetwork?: boolean;
  /** Puts it into the network of that engine, so that the two can form a swarm; end this one first. */
  readonly beside?: Pick<Dockerd, 'namespaces'>;
  readonly onLine?: (line: string) => void;
  /** Ends the start. */
  readonly signal?: AbortSignal;
}

/** A Docker engine started by the tests or the demo. Stopped, killed and started again, it keeps its socket and data. */
export interface Dockerd extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  readonly api: EngineApi;
  readonly process: ServerProcess;
  /** Where it runs. */
  readonly namespaces: Namespaces;
  stop(): Promise<void>;
  /** Ends it as a crash would. Containers go on running. */
  kill(): Promise<void>;
  /** Starts it again; stops it first where it runs. */
  restart(): Promise<void>;
}

const SBIN = ['/usr/sbin', '/sbin'];

/**
 * Starts a dockerd that leaves the host as it is: no firewall rules, no kernel settings, its mounts visible to itself
 * alone, its containers in a containerd namespace of its own. When disposed, its containers have ended too; the folder
 * stays.
 */
export const startDockerd = async ({ dir, ownNetwork = false, beside, onLine, signal }: DockerdOptions): Promise<Dockerd> => {
  if (process.getuid?.() !== 0) throw new Error('an engine of its own takes root: run this as root, or set DOCKER_HOST to an engine that is a swarm manager');
  const dockerd = firstProgram(['dockerd', ...SBIN.map((folder) => join(folder, 'dockerd'))], 'dockerd (the Docker engine)');
  const host = `unix://${join(dir, 'docker.sock')}`;
  const namespace = `axion-${basename(dirname(dir))}-${basename(dir)}-${process.pid}`.replaceAll(/[^A-Za-z0-9-]/g, '-');
  const flags = [
    `--host=${host}`,
    `--data-root=${join(dir, 'data')}`,
    `--exec-root=${join(dir, 'exec')}`,
    `--pidfile=${join(dir, 'dockerd.pid')}`,
    `--containerd-namespace=${namespace}`,
    `--containerd-plugins-namespace=${namespace}-plugins`,
    '--iptables=false',
    '--ip6tables=false',
    '--ip-masq=false',
    '--ip-forward=false',
  ];
  await mkdir(dir, { recursive: true });
  const inside = beside?.namespaces ?? (await startNamespaces({ network: ownNetwork }));
  const leave = async (): Promise<void> => {
    if (beside === undefined) await inside[Symbol.asyncDispose]();
  };
  const [command, ...args] = [...inside.enter, dockerd, ...flags];
  const launch = (until?: AbortSignal): Promise<ServerProcess> =>
    ServerProcess.start({
      name: 'dockerd',
      command: command ?? '',
      args,
      env: { PATH: [process.env['PATH'] ?? '', ...SBIN].join(':'), DOCKER_HOST: undefined },
      ready: /API listen on/,
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 30_000,
      // It has containerd and containers to end first.
      orphanSignal: 'SIGTERM',
      ...(onLine === undefined ? {} : { onLine }),
      ...(until === undefined ? {} : { signal: until }),
    });
  let running: ServerProcess;
  try {
    running = await launch(signal);
  } catch (error) {
    await leave();
    throw error;
  }
  const restart = async (): Promise<void> => {
    await running.stop();
    running = await launch();
  };
  return {
    host,
    api: new EngineApi(host),
    namespaces: inside,
    get process() {
      return running;
    },
    stop: async () => void (await running.stop()),
    kill: async () => {
      await running.kill();
      await containerdGone(join(dir, 'exec/containerd/containerd.pid'));
    },
    restart,
    [Symbol.asyncDispose]: async () => {
      // Only a running engine can end what a killed one left running.
      if (!running.running) await restart();
      await running.stop();
      await leave();
    },
  };
};

/**
 * A killed dockerd takes its containerd along. Until the kernel has forgotten that process, a new dockerd mistakes it for
 * one that runs and waits in vain for its answer.
 */
const containerdGone = async (pidFile: string): Promise<void> => {
  const pid = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (pid !== undefined) await waitFor(() => !existsSync(`/proc/${pid.trim()}`), { what: 'containerd to be gone' });
};
