import type { Labels } from '@axion/compose';
import type { Engine, Service } from '@axion/docker-engine';
import { LABELS } from '../stack/labels.ts';
import type { ObservedStack } from './observed-stack.ts';

export interface ObserveOptions {
  /** Also who is attached to networks, which takes a look at every service of the swarm. */
  readonly networkUsers?: boolean;
}

const usersOf = (services: readonly Service[]): ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]> =>
  Map.groupBy(
    services.flatMap(({ id, name, spec }) => (spec.TaskTemplate.Networks ?? []).map(({ Target }) => ({ network: Target, id, name }))),
    ({ network }) => network,
  );

/** Reads what is on the engine of a stack. Rejects when any part cannot be read: half a picture would be planned against. */
export const observeStack = async (engine: Engine, namespace: string, signal: AbortSignal, options: ObserveOptions = {}): Promise<ObservedStack> => {
  const filter = { label: [`${LABELS.namespace}=${namespace}`] };
  const [seen, networks, secrets, configs] = await Promise.all([
    engine.services.list(options.networkUsers === true ? undefined : filter, signal),
    engine.networks.list(undefined, signal),
    engine.secrets.list(undefined, signal),
    engine.configs.list(undefined, signal),
  ]);
  const services = seen.filter(({ spec }) => spec.Labels[LABELS.namespace] === namespace);
  const own = <T extends { readonly labels: Labels }>(objects: readonly T[]): readonly T[] => objects.filter(({ labels }) => labels[LABELS.namespace] === namespace);
  const ids = (objects: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, string> => new Map(objects.map(({ id, name }) => [name, id]));
  return {
    services,
    networks: own(networks),
    secrets: own(secrets),
    configs: own(configs),
    fileObjects: { secrets, configs },
    ids: { networks: ids(networks), secrets: ids(secrets), configs: ids(configs) },
    ...(options.networkUsers === true ? { networkUsers: usersOf(seen) } : {}),
    networkScopes: new Map(networks.map(({ name, scope }) => [name, scope])),
  };
};
