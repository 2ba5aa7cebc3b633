import { AxionError } from '@axion/core';
import type { Labels } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { filterQuery } from './filters.ts';
import type { Filters } from './filters.ts';

/** A named volume. */
export interface Volume {
  readonly name: string;
  readonly driver: string;
  readonly labels: Labels;
  readonly options: Labels;
  readonly mountpoint: string;
}

interface VolumeAnswer {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Labels?: Labels | null;
  readonly Options?: Labels | null;
}

export interface VolumeSpec {
  readonly Name: string;
  readonly Driver: string;
  readonly DriverOpts?: Labels;
  readonly Labels: Labels;
}

const volumeOf = (answer: VolumeAnswer): Volume => ({
  name: answer.Name,
  driver: answer.Driver,
  labels: answer.Labels ?? {},
  options: answer.Options ?? {},
  mountpoint: answer.Mountpoint,
});

export interface Volumes {
  list(filters?: Filters, signal?: AbortSignal): Promise<readonly Volume[]>;
  find(name: string, signal?: AbortSignal): Promise<Volume | undefined>;
  /** A volume of that name that exists is left as it is, whatever its options; the engine answers with it. */
  create(spec: VolumeSpec, signal?: AbortSignal): Promise<Volume>;
  /** With its data. `FAILED_PRECONDITION` while a container uses it. That it is gone is no error. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
}

const at = (name: string): string => `/volumes/${encodeURIComponent(name)}`;

export const volumes = (calls: EngineCalls): Volumes => ({
  list: async (filters, signal) => {
    const answer = await calls.call<{ Volumes?: readonly VolumeAnswer[] | null }>({ what: 'list the volumes', operation: 'volume_list', method: 'GET', path: '/volumes', query: filterQuery(filters) }, signal);
    return (answer.Volumes ?? []).map(volumeOf);
  },
  find: async (name, signal) => {
    try {
      return volumeOf(await calls.call<VolumeAnswer>({ what: `inspect volume ${name}`, operation: 'volume_inspect', method: 'GET', path: at(name) }, signal));
    } catch (error) {
      if (error instanceof AxionError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  },
  create: async (spec, signal) => volumeOf(await calls.call<VolumeAnswer>({ what: `create volume ${spec.Name}`, operation: 'volume_create', method: 'POST', path: '/volumes/create', body: spec }, signal)),
  remove: (name, signal) => calls.forget({ what: `remove volume ${name}`, operation: 'volume_remove', method: 'DELETE', path: at(name) }, signal),
});
