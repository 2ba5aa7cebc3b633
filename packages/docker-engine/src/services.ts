import type { EngineServiceSpec } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { filterQuery } from './filters.ts';
import type { Filters } from './filters.ts';

/** How far the engine is with the last update of a service. */
export interface ServiceUpdate {
  readonly state: 'updating' | 'paused' | 'completed' | 'rollback_started' | 'rollback_paused' | 'rollback_completed' | (string & {});
  readonly message: string;
  /** RFC 3339. */
  readonly startedAt: string;
}

export interface Service {
  readonly id: string;
  /** Grows with each change; an update must name the one it is based on. */
  readonly version: number;
  readonly name: string;
  /** As the engine gives it back: with its defaults filled in. */
  readonly spec: EngineServiceSpec;
  readonly update: ServiceUpdate | undefined;
  /** Counts the runs of a job; tasks of earlier runs carry a smaller one. */
  readonly jobIteration: number | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface ServiceAnswer {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: EngineServiceSpec;
  readonly UpdateStatus?: { readonly State?: string; readonly Message?: string; readonly StartedAt?: string };
  readonly JobStatus?: { readonly JobIteration?: { readonly Index?: number } };
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
}

const serviceOf = (answer: ServiceAnswer): Service => ({
  id: answer.ID,
  version: answer.Version.Index,
  name: answer.Spec.Name,
  spec: answer.Spec,
  update:
    answer.UpdateStatus?.State === undefined
      ? undefined
      : { state: answer.UpdateStatus.State, message: answer.UpdateStatus.Message ?? '', startedAt: answer.UpdateStatus.StartedAt ?? '' },
  jobIteration: answer.JobStatus === undefined ? undefined : (answer.JobStatus.JobIteration?.Index ?? 0),
  createdAt: answer.CreatedAt,
  updatedAt: answer.UpdatedAt,
});

export interface Services {
  list(filters?: Filters, signal?: AbortSignal): Promise<readonly Service[]>;
  inspect(idOrName: string, signal?: AbortSignal): Promise<Service>;
  /** @returns the id and the engine's warnings */
  create(spec: EngineServiceSpec, registryAuth: string | undefined, signal?: AbortSignal): Promise<{ readonly id: string; readonly warnings: readonly string[] }>;
  /** `ABORTED` with `UPDATE_OUT_OF_SEQUENCE` when the service is no longer at `version`. */
  update(service: { readonly id: string; readonly version: number }, spec: EngineServiceSpec, registryAuth: string | undefined, signal?: AbortSignal): Promise<readonly string[]>;
  /** Removing what is not there is no error. */
  remove(idOrName: string, signal?: AbortSignal): Promise<void>;
}

const list = (warnings: readonly string[] | string | null | undefined): readonly string[] =>
  (typeof warnings === 'string' ? [warnings] : (warnings ?? [])).filter((warning) => warning !== '');

export const services = (calls: EngineCalls): Services => ({
  list: async (filters, signal) =>
    (await calls.call<ServiceAnswer[]>({ what: 'list the services', operation: 'service_list', method: 'GET', path: '/services', query: filterQuery(filters) }, signal)).map(serviceOf),
  inspect: async (id, signal) =>
    serviceOf(await calls.call<ServiceAnswer>({ what: `inspect service ${id}`, operation: 'service_inspect', method: 'GET', path: `/services/${encodeURIComponent(id)}` }, signal)),
  create: async (spec, registryAuth, signal) => {
    const answer = await calls.call<{ ID: string; Warning?: string; Warnings?: string[] | null }>(
      {
        what: `create service ${spec.Name}`,
        operation: 'service_create',
        method: 'POST',
        path: '/services/create',
        body: spec,
        ...(registryAuth === undefined ? {} : { registryAuth }),
      },
      signal,
    );
    return { id: answer.ID, warnings: [...list(answer.Warning), ...list(answer.Warnings)] };
  },
  update: async ({ id, version }, spec, registryAuth, signal) => {
    const answer = await calls.call<{ Warnings?: string[] | null }>(
      {
        what: `update service ${spec.Name}`,
        operation: 'service_update',
        method: 'POST',
        path: `/services/${encodeURIComponent(id)}/update`,
        query: { version },
        body: spec,
        ...(registryAuth === undefined ? {} : { registryAuth }),
      },
      signal,
    );
    return list(answer.Warnings);
  },
  remove: (id, signal) =>
    calls.forget({ what: `remove service ${id}`, operation: 'service_remove', method: 'DELETE', path: `/services/${encodeURIComponent(id)}` }, signal),
});
