import type { Labels } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { filterQuery } from './filters.ts';
import type { Filters } from './filters.ts';
import { containerDetails } from './container-details.ts';
import type { ContainerAnswer, ContainerDetails, ContainerState } from './container-details.ts';
import type { ContainerSpec } from './container-spec.ts';

/** A published port of the host. */
export interface PublishedPort {
  readonly ip: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
}

/** One row of the list of containers. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** As it was asked for; the id where that name now means another image. */
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** The engine's words, e.g. `Up 3 minutes (healthy)`, `Exited (1) 5 seconds ago`. */
  readonly status: string;
  readonly labels: Labels;
  readonly ports: readonly PublishedPort[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

interface ListAnswer {
  readonly Id: string;
  readonly Names?: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly State: string;
  readonly Status: string;
  readonly Labels?: Labels | null;
  readonly Ports?: readonly { readonly IP?: string; readonly PrivatePort: number; readonly PublicPort?: number; readonly Type: string }[] | null;
  readonly Created: number;
}

const containerOf = (answer: ListAnswer): Container => ({
  id: answer.Id,
  name: (answer.Names?.[0] ?? '').replace(/^\//, ''),
  image: answer.Image,
  imageId: answer.ImageID,
  state: answer.State,
  status: answer.Status,
  labels: answer.Labels ?? {},
  ports: (answer.Ports ?? []).flatMap(({ IP, PrivatePort, PublicPort, Type }) =>
    PublicPort === undefined ? [] : [{ ip: IP ?? '', hostPort: PublicPort, containerPort: PrivatePort, protocol: Type }],
  ),
  createdAt: answer.Created * 1000,
});

/** What a container has used since it started, and its memory now. */
export interface ContainerStats {
  /** Nanoseconds of processor time. */
  readonly cpuNanos: number;
  /** Without the page cache that can be given back. */
  readonly memoryBytes: number;
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
  readonly netRxBytes: number;
  readonly netTxBytes: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface StatsAnswer {
  readonly read: string;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
  readonly blkio_stats?: { readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>>;
}

const statsOf = (answer: StatsAnswer): ContainerStats => {
  const moved = (op: string): number =>
    (answer.blkio_stats?.io_service_bytes_recursive ?? []).filter((row) => row.op.toLowerCase() === op).reduce((sum, { value }) => sum + value, 0);
  const networks = Object.values(answer.networks ?? {});
  const { usage = 0, stats = {} } = answer.memory_stats ?? {};
  return {
    cpuNanos: answer.cpu_stats?.cpu_usage?.total_usage ?? 0,
    memoryBytes: Math.max(0, usage - (stats['inactive_file'] ?? stats['total_inactive_file'] ?? 0)),
    diskReadBytes: moved('read'),
    diskWriteBytes: moved('write'),
    netRxBytes: networks.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    netTxBytes: networks.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
    at: Date.parse(answer.read),
  };
};

export interface Containers {
  /** Stopped ones too. */
  list(filters?: Filters, signal?: AbortSignal): Promise<readonly Container[]>;
  inspect(idOrName: string, signal?: AbortSignal): Promise<ContainerDetails>;
  /** `ALREADY_EXISTS` with `NAME_IN_USE` when the name is taken, `NOT_FOUND` with `IMAGE_NOT_FOUND` when the image is not on the engine. @returns its id */
  create(name: string, spec: ContainerSpec, signal?: AbortSignal): Promise<string>;
  /** That it runs already is no error. */
  start(idOrName: string, signal?: AbortSignal): Promise<void>;
  /** Asks it to end, and ends it after `graceSeconds`. That it is stopped already is no error. */
  stop(idOrName: string, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  rename(idOrName: string, name: string, signal?: AbortSignal): Promise<void>;
  /** With what it runs; its named volumes stay. That it is gone is no error. */
  remove(idOrName: string, signal?: AbortSignal): Promise<void>;
  /** One measurement. */
  stats(idOrName: string, signal?: AbortSignal): Promise<ContainerStats>;
}

const at = (idOrName: string, rest = ''): string => `/containers/${encodeURIComponent(idOrName)}${rest}`;

export const containers = (calls: EngineCalls): Containers => ({
  list: async (filters, signal) =>
    (await calls.call<ListAnswer[]>({ what: 'list the containers', operation: 'container_list', method: 'GET', path: '/containers/json', query: { all: true, ...filterQuery(filters) } }, signal)).map(containerOf),
  inspect: async (id, signal) => containerDetails(await calls.call<ContainerAnswer>({ what: `inspect container ${id}`, operation: 'container_inspect', method: 'GET', path: at(id, '/json') }, signal)),
  create: async (name, spec, signal) => {
    const call = { what: `create container ${name}`, operation: 'container_create', method: 'POST', path: '/containers/create', query: { name }, body: spec } as const;
    return (await calls.call<{ Id: string }>(call, signal)).Id;
  },
  start: async (id, signal) => void (await calls.call({ what: `start container ${id}`, operation: 'container_start', method: 'POST', path: at(id, '/start') }, signal)),
  stop: async (id, graceSeconds, signal) => {
    const deadlineMs = (graceSeconds + 30) * 1000;
    await calls.call({ what: `stop container ${id}`, operation: 'container_stop', method: 'POST', path: at(id, '/stop'), query: { t: graceSeconds }, deadlineMs }, signal);
  },
  rename: async (id, name, signal) => void (await calls.call({ what: `rename container ${id} to ${name}`, operation: 'container_rename', method: 'POST', path: at(id, '/rename'), query: { name } }, signal)),
  remove: (id, signal) => calls.forget({ what: `remove container ${id}`, operation: 'container_remove', method: 'DELETE', path: at(id), query: { force: true, v: false } }, signal),
  stats: async (id, signal) =>
    statsOf(await calls.call<StatsAnswer>({ what: `measure container ${id}`, operation: 'container_stats', method: 'GET', path: at(id, '/stats'), query: { stream: false, 'one-shot': true } }, signal)),
});
