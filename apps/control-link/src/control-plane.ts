import type { SampleBatch } from '@axion/contracts';
import type { Secret } from '@axion/core';
import type { ActionChannel } from './channel/action.ts';

/** The control plane, in the words of the agent. Every call rejects with `AxionError`. */
export interface ControlPlane {
  /** `host:port`, for messages. */
  readonly server: string;
  /** Asks to be enrolled; resolves with the agent's id. */
  register(host: HostFacts, signal: AbortSignal): Promise<string>;
  /** A sign of life; resolves with the version of a newer release, if the control plane names one. */
  heartbeat(identity: LinkIdentity, health: AgentLoad, signal: AbortSignal): Promise<string | undefined>;
  /** A heartbeat that shows another token. */
  heartbeatWith(token: Secret, identity: LinkIdentity, signal: AbortSignal): Promise<void>;
  /** Hands over a part of a pass; it has arrived when this resolves. */
  sendMetrics(identity: LinkIdentity, batch: SampleBatch, signal: AbortSignal): Promise<void>;
  /** Resolves with the version of a newer release in the agent's channel, if there is one. */
  checkUpdate(identity: LinkIdentity, signal: AbortSignal): Promise<string | undefined>;
  /** Opens the control channel, until `signal`; one that the server lacks ends with `UNIMPLEMENTED`. */
  connect(identity: LinkIdentity, signal: AbortSignal): ActionChannel;
  close(): void;
}

/** Who calls. */
export interface LinkIdentity {
  readonly agentId: string;
  readonly serverId: string;
}

/** The host at enrolment. Memory in bytes. */
export interface HostFacts {
  readonly os: string;
  /** As `uname -m` has it. */
  readonly architecture: string;
  readonly totalMemory: number;
  readonly availableMemory: number;
  readonly cpuCores: number;
  /** Undefined when no executor could tell. */
  readonly engineVersion: string | undefined;
}

/** The host's load with a heartbeat; zeros where it is not known. */
export interface AgentLoad {
  /** Of all processors together, 0 to 100. */
  readonly cpuPercent: number;
  /** Bytes in use. */
  readonly memoryUsed: number;
  /** Bytes in use on the root file system. */
  readonly diskUsed: number;
  readonly activeContainers: number;
  /** Milliseconds since 1970 of the last heartbeat that was answered; 0: none yet. */
  readonly lastHeartbeatAt: number;
}
