import { HeartbeatRequest, RegisterNodeRequest } from '@axion/contracts/proto/persys/control/v1/node';
import { AxionError } from '@axion/core';

export interface NodeRules {
  /** How long a node counts without one, seconds. */
  readonly leaseSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface KnownNode {
  registration: RegisterNodeRequest;
  registrations: number;
  heartbeats: number;
  last: HeartbeatRequest | undefined;
  leaseUntil: number;
  draining: boolean;
  /** Every state that was told of a workload, in order, without repetitions. */
  readonly told: string[];
}

/** A node as `GET /nodes` shows it; messages as proto3 JSON. */
export interface NodeView {
  readonly node_id: string;
  readonly registrations: number;
  readonly heartbeats: number;
  readonly draining: boolean;
  readonly registration: unknown;
  readonly last: unknown;
  readonly told: readonly string[];
}

/** No test reads further back. */
const TOLD = 200;

/**
 * The nodes of the reference scheduler, with their leases.
 *
 * Invariants: a node whose lease has passed is not known until it registers again; draining is the scheduler's word and
 * outlives a registration.
 */
export class NodeRegistry {
  readonly #rules: NodeRules;
  readonly #nodes = new Map<string, KnownNode>();

  constructor(rules: NodeRules) {
    this.#rules = rules;
  }

  /** @returns when the lease ends */
  register(registration: RegisterNodeRequest): Date {
    const { nodeId, grpcEndpoint, capabilities } = registration;
    if (nodeId === '') throw new AxionError('INVALID_ARGUMENT', 'node_id is empty');
    if (!/:\d+$/.test(grpcEndpoint)) throw new AxionError('INVALID_ARGUMENT', 'grpc_endpoint is not host:port');
    if ((capabilities?.cpuTotalMillicores ?? 0) <= 0 || (capabilities?.memoryTotalMb ?? 0) <= 0) throw new AxionError('INVALID_ARGUMENT', 'capabilities name no processors or no memory');
    const node = this.#nodes.get(nodeId) ?? { registration, registrations: 0, heartbeats: 0, last: undefined, leaseUntil: 0, draining: false, told: [] };
    node.registration = registration;
    node.registrations += 1;
    this.#nodes.set(nodeId, node);
    return this.#renew(node);
  }

  /** @throws {AxionError} `NOT_FOUND`, which tells the node to register again */
  heartbeat(beat: HeartbeatRequest): { readonly leaseExpiresAt: Date; readonly drainNode: boolean } {
    const node = this.#nodes.get(beat.nodeId);
    if (node === undefined || node.leaseUntil <= this.#rules.now()) throw new AxionError('NOT_FOUND', `node ${JSON.stringify(beat.nodeId)} is not registered`, { reason: 'UNKNOWN_NODE' });
    node.heartbeats += 1;
    const before = new Map(node.last?.workloadStatuses.map(({ workloadId, state }) => [workloadId, state]));
    for (const { workloadId, state } of beat.workloadStatuses) if (before.get(workloadId) !== state) node.told.push(`${workloadId} ${state}`);
    node.told.splice(0, node.told.length - TOLD);
    node.last = beat;
    return { leaseExpiresAt: this.#renew(node), drainNode: node.draining };
  }

  /** @throws {AxionError} `NOT_FOUND` */
  drain(nodeId: string, draining: boolean): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) throw new AxionError('NOT_FOUND', `there is no node ${nodeId}`);
    node.draining = draining;
  }

  /** Ends the lease of a node as if its heartbeats had stayed away. */
  expire(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node !== undefined) node.leaseUntil = 0;
  }

  views(): readonly NodeView[] {
    return [...this.#nodes].map(([node_id, { registration, registrations, heartbeats, last, draining, told }]) => ({
      node_id,
      registrations,
      heartbeats,
      draining,
      registration: RegisterNodeRequest.toJSON(registration),
      last: last === undefined ? undefined : HeartbeatRequest.toJSON(last),
      told,
    }));
  }

  #renew(node: KnownNode): Date {
    node.leaseUntil = this.#rules.now() + this.#rules.leaseSeconds * 1000;
    return new Date(node.leaseUntil);
  }
}
