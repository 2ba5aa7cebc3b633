import { AxionError } from '@axion/core';
import type { EngineCalls } from './engine-calls.ts';

/** What the engine says of itself and its place in a swarm. */
export interface EngineInfo {
  readonly engineVersion: string;
  readonly os: string;
  readonly architecture: string;
  readonly swarm: {
    readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked' | (string & {});
    readonly manager: boolean;
    readonly nodeId: string | undefined;
    readonly nodes: number;
    readonly managers: number;
    readonly error: string;
  };
  readonly containers: number;
  /** Where images and volumes are, on the engine's host. */
  readonly rootDir: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

interface InfoAnswer {
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly Containers: number;
  readonly DockerRootDir?: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Swarm?: { readonly LocalNodeState?: string; readonly ControlAvailable?: boolean; readonly NodeID?: string; readonly Nodes?: number; readonly Managers?: number; readonly Error?: string };
}

export interface Swarm {
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /** @throws {AxionError} `FAILED_PRECONDITION` `NOT_A_SWARM_MANAGER`, which says what to do */
  assertManager(signal?: AbortSignal): Promise<EngineInfo>;
  /** @returns the node's id */
  init(options: { readonly advertiseAddr?: string; readonly listenAddr?: string }, signal?: AbortSignal): Promise<string>;
  join(options: { readonly joinToken: string; readonly remoteAddrs: readonly string[]; readonly advertiseAddr?: string }, signal?: AbortSignal): Promise<void>;
  leave(options: { readonly force: boolean }, signal?: AbortSignal): Promise<void>;
}

/** Joining waits for the managers, leaving for the tasks to end. */
const MEMBERSHIP_MS = 90_000;

export const swarm = (calls: EngineCalls): Swarm => {
  const info = async (signal?: AbortSignal): Promise<EngineInfo> => {
    const answer = await calls.call<InfoAnswer>({ what: 'ask the engine about itself', operation: 'info', method: 'GET', path: '/info' }, signal);
    const { Swarm: place = {} } = answer;
    return {
      engineVersion: answer.ServerVersion,
      os: answer.OSType,
      architecture: answer.Architecture,
      swarm: {
        state: place.LocalNodeState ?? 'inactive',
        manager: place.ControlAvailable === true,
        nodeId: place.NodeID || undefined,
        nodes: place.Nodes ?? 0,
        managers: place.Managers ?? 0,
        error: place.Error ?? '',
      },
      containers: answer.Containers,
      rootDir: answer.DockerRootDir ?? '',
      cpus: answer.NCPU,
      memoryBytes: answer.MemTotal,
    };
  };
  return {
    info,
    assertManager: async (signal) => {
      const found = await info(signal);
      if (!found.swarm.manager) {
        const { state, error } = found.swarm;
        const place = state === 'active' ? 'a worker of its swarm' : state === 'locked' ? 'in a locked swarm' : 'not in a swarm';
        const advice = state === 'locked' ? 'unlock it with `docker swarm unlock`' : state === 'active' ? 'send the command to a manager, or promote this node with `docker node promote`' : 'run `docker swarm init` here, send the agent a SwarmInit command, or have the node join a swarm as a manager';
        throw new AxionError('FAILED_PRECONDITION', `this node is no swarm manager (it is ${place}${error === '' ? '' : `: ${error}`}); ${advice}`, { reason: 'NOT_A_SWARM_MANAGER', details: { swarm_state: state } });
      }
      return found;
    },
    init: ({ advertiseAddr = '', listenAddr = '0.0.0.0:2377' }, signal) =>
      calls.call<string>({ what: 'initialise a swarm', operation: 'swarm_init', method: 'POST', deadlineMs: MEMBERSHIP_MS, path: '/swarm/init', body: { ListenAddr: listenAddr, AdvertiseAddr: advertiseAddr, ForceNewCluster: false, Spec: {} } }, signal),
    join: async ({ joinToken, remoteAddrs, advertiseAddr = '' }, signal) => {
      await calls.call(
        { what: 'join the swarm', operation: 'swarm_join', method: 'POST', deadlineMs: MEMBERSHIP_MS, path: '/swarm/join', body: { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: advertiseAddr, RemoteAddrs: remoteAddrs, JoinToken: joinToken } },
        signal,
      );
    },
    leave: async ({ force }, signal) => {
      await calls.call({ what: 'leave the swarm', operation: 'swarm_leave', method: 'POST', deadlineMs: MEMBERSHIP_MS, path: '/swarm/leave', query: { force } }, signal);
    },
  };
};
