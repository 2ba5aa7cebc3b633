import type { Labels, NetworkSpec } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { filterQuery } from './filters.ts';
import type { Filters } from './filters.ts';

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: 'swarm' | 'local' | 'global' | (string & {});
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly options: Labels;
  readonly labels: Labels;
  readonly ipam: { readonly driver: string; readonly subnets: readonly string[] };
}

interface NetworkAnswer {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Options?: Labels | null;
  readonly Labels?: Labels | null;
  readonly IPAM?: { readonly Driver?: string; readonly Config?: readonly { readonly Subnet?: string }[] | null };
}

const networkOf = (answer: NetworkAnswer): Network => ({
  id: answer.Id,
  name: answer.Name,
  driver: answer.Driver,
  scope: answer.Scope,
  internal: answer.Internal,
  attachable: answer.Attachable,
  options: answer.Options ?? {},
  labels: answer.Labels ?? {},
  ipam: { driver: answer.IPAM?.Driver ?? 'default', subnets: (answer.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []) },
});

export interface Networks {
  list(filters?: Filters, signal?: AbortSignal): Promise<readonly Network[]>;
  /** @returns its id */
  create(spec: NetworkSpec, signal?: AbortSignal): Promise<string>;
  /** `FAILED_PRECONDITION` with `IN_USE` while something is attached. Removing what is not there is no error. */
  remove(idOrName: string, signal?: AbortSignal): Promise<void>;
}

export const networks = (calls: EngineCalls): Networks => ({
  list: async (filters, signal) =>
    (await calls.call<NetworkAnswer[]>({ what: 'list the networks', operation: 'network_list', method: 'GET', path: '/networks', query: filterQuery(filters) }, signal)).map(networkOf),
  create: async (spec, signal) =>
    (await calls.call<{ Id: string }>({ what: `create network ${spec.Name}`, operation: 'network_create', method: 'POST', path: '/networks/create', body: spec }, signal)).Id,
  remove: (id, signal) => calls.forget({ what: `remove network ${id}`, operation: 'network_remove', method: 'DELETE', path: `/networks/${encodeURIComponent(id)}` }, signal),
});
