import type { Labels } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';

/** A node of the swarm: what placement constraints speak of. */
export interface SwarmNode {
  readonly id: string;
  readonly hostname: string;
  readonly role: 'manager' | 'worker';
  readonly state: 'ready' | 'down' | 'unknown' | 'disconnected';
  readonly availability: 'active' | 'pause' | 'drain';
  readonly labels: Labels;
  readonly engineLabels: Labels;
  readonly os: string;
  readonly architecture: string;
  readonly address: string;
  readonly leader: boolean;
  /** When it last became another, e.g. ready again; milliseconds since 1970. */
  readonly changedAt?: number;
}

interface NodeAnswer {
  readonly ID: string;
  readonly UpdatedAt: string;
  readonly Spec: { readonly Role: SwarmNode['role']; readonly Availability: SwarmNode['availability']; readonly Labels?: Labels | null };
  readonly Description: { readonly Hostname?: string; readonly Platform?: { readonly Architecture?: string; readonly OS?: string }; readonly Engine?: { readonly Labels?: Labels } };
  readonly Status: { readonly State: SwarmNode['state']; readonly Addr?: string };
  readonly ManagerStatus?: { readonly Leader?: boolean };
}

export interface Nodes {
  list(signal?: AbortSignal): Promise<readonly SwarmNode[]>;
}

export const nodes = (calls: EngineCalls): Nodes => ({
  list: async (signal) =>
    (await calls.call<NodeAnswer[]>({ what: 'list the nodes', operation: 'node_list', method: 'GET', path: '/nodes' }, signal)).map((answer) => ({
      id: answer.ID,
      hostname: answer.Description.Hostname ?? '',
      role: answer.Spec.Role,
      state: answer.Status.State,
      availability: answer.Spec.Availability,
      labels: answer.Spec.Labels ?? {},
      engineLabels: answer.Description.Engine?.Labels ?? {},
      os: answer.Description.Platform?.OS ?? '',
      architecture: answer.Description.Platform?.Architecture ?? '',
      address: answer.Status.Addr ?? '',
      leader: answer.ManagerStatus?.Leader === true,
      changedAt: Date.parse(answer.UpdatedAt),
    })),
});
