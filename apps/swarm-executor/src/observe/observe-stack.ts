import type { Labels } from '@axion/compose';
import type { Engine } from '@axion/docker-engine';
import { LABELS } from '../stack/labels.ts';
import type { ObservedStack } from './observed-stack.ts';

/** Reads what is on the engine of a stack. Rejects when any part cannot be read: half a picture would be planned against. */
export const observeStack = async (engine: Engine, namespace: string, signal: AbortSignal): Promise<ObservedStack> => {
  const [services, networks, secrets, configs] = await Promise.all([
    engine.services.list({ label: [`${LABELS.namespace}=${namespace}`] }, signal),
    engine.networks.list(undefined, signal),
    engine.secrets.list(undefined, signal),
    engine.configs.list(undefined, signal),
  ]);
  const own = <T extends { readonly labels: Labels }>(objects: readonly T[]): readonly T[] => objects.filter(({ labels }) => labels[LABELS.namespace] === namespace);
  const ids = (objects: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, string> => new Map(objects.map(({ id, name }) => [name, id]));
  return {
    services,
    networks: own(networks),
    secrets: own(secrets),
    configs: own(configs),
    ids: { networks: ids(networks), secrets: ids(secrets), configs: ids(configs) },
    networkScopes: new Map(networks.map(({ name, scope }) => [name, scope])),
  };
};
