import type { ConfigSpec, Labels, SecretSpec } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { filterQuery } from './filters.ts';
import type { Filters } from './filters.ts';

/** A secret or config as the engine shows it; a secret's value never comes back. */
export interface FileObject {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly labels: Labels;
}

interface FileObjectAnswer {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Name: string; readonly Labels?: Labels | null };
}

/** Secrets or configs: the engine treats them alike. */
export interface FileObjects<Spec> {
  list(filters?: Filters, signal?: AbortSignal): Promise<readonly FileObject[]>;
  /** @returns its id */
  create(spec: Spec, signal?: AbortSignal): Promise<string>;
  /** The engine takes new labels only. */
  update(object: { readonly id: string; readonly version: number }, spec: Spec, signal?: AbortSignal): Promise<void>;
  /** `INVALID_ARGUMENT` or `FAILED_PRECONDITION` with `IN_USE` while a service uses it. Removing what is not there is no error. */
  remove(idOrName: string, signal?: AbortSignal): Promise<void>;
}

const fileObjects = <Spec extends SecretSpec | ConfigSpec>(calls: EngineCalls, kind: 'secret' | 'config'): FileObjects<Spec> => ({
  list: async (filters, signal) =>
    (await calls.call<FileObjectAnswer[]>({ what: `list the ${kind}s`, operation: `${kind}_list`, method: 'GET', path: `/${kind}s`, query: filterQuery(filters) }, signal)).map(
      ({ ID, Version, Spec }) => ({ id: ID, version: Version.Index, name: Spec.Name, labels: Spec.Labels ?? {} }),
    ),
  create: async (spec, signal) =>
    (await calls.call<{ ID: string }>({ what: `create ${kind} ${spec.Name}`, operation: `${kind}_create`, method: 'POST', path: `/${kind}s/create`, body: spec }, signal)).ID,
  update: async ({ id, version }, spec, signal) => {
    await calls.call({ what: `update ${kind} ${spec.Name}`, operation: `${kind}_update`, method: 'POST', path: `/${kind}s/${encodeURIComponent(id)}/update`, query: { version }, body: spec }, signal);
  },
  remove: (id, signal) => calls.forget({ what: `remove ${kind} ${id}`, operation: `${kind}_remove`, method: 'DELETE', path: `/${kind}s/${encodeURIComponent(id)}` }, signal),
});

export const secrets = (calls: EngineCalls): FileObjects<SecretSpec> => fileObjects<SecretSpec>(calls, 'secret');
export const configs = (calls: EngineCalls): FileObjects<ConfigSpec> => fileObjects<ConfigSpec>(calls, 'config');
