import type { NodeReport } from '@axion/contracts';
import type { WorkloadStatus } from '@axion/contracts/proto/persys/agent/v1/workload_status';

/** A Persys scheduler, in the words of the agent. Every call rejects with `AxionError`; `NOT_FOUND`: it does not know the node. */
export interface Scheduler {
  /** `host:port`, for messages. */
  readonly server: string;
  /** Makes the node known; `FAILED_PRECONDITION` when the scheduler does not want it. */
  register(node: NodeFacts, signal: AbortSignal): Promise<Grant>;
  /** Renews the lease and tells how everything is. */
  heartbeat(node: NodeNow, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/** What the node is and can carry. */
export interface NodeFacts {
  /** `host:port` at which the agent API takes the scheduler's calls. */
  readonly endpoint: string;
  /** Types of workload that run here. */
  readonly types: readonly string[];
  readonly report: NodeReport;
}

/** How the node is. */
export interface NodeNow {
  readonly report: NodeReport;
  readonly workloads: readonly WorkloadStatus[];
}

/** How long the scheduler counts on the node, milliseconds from now; undefined: it did not say. */
export interface Grant {
  readonly leaseMs: number | undefined;
  /** Heartbeats are to be no further apart. */
  readonly intervalMs: number | undefined;
}

export interface Answer {
  /** `false`: the heartbeat renewed nothing. */
  readonly acknowledged: boolean;
  readonly leaseMs: number | undefined;
  /** The node is to take no workloads and stop those that run. */
  readonly drain: boolean;
}
