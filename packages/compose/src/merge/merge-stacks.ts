import { byBytes } from '../normalise/byte-order.ts';
import type { ServiceModel, StackModel } from '../model.ts';
import { mergeService } from './merge-service.ts';

/**
 * Several files as one. Services of one name are merged key by key; a network, volume, secret or config of a later file
 * replaces one of the same name as a whole.
 */
export const mergeStacks = (base: StackModel, override: StackModel): StackModel => ({
  version: base.version,
  services: mergeServices(base.services, override.services),
  networks: { ...base.networks, ...override.networks },
  volumes: { ...base.volumes, ...override.volumes },
  secrets: { ...base.secrets, ...override.secrets },
  configs: { ...base.configs, ...override.configs },
  axion: {
    selfHeal: base.axion.selfHeal || override.axion.selfHeal,
    recreateNetworks: base.axion.recreateNetworks || override.axion.recreateNetworks,
    keepFailed: base.axion.keepFailed || override.axion.keepFailed,
  },
});

const mergeServices = (base: readonly ServiceModel[], override: readonly ServiceModel[]): readonly ServiceModel[] => {
  const merged = new Map(base.map((service) => [service.name, service]));
  for (const service of override) {
    const before = merged.get(service.name);
    merged.set(service.name, before === undefined ? service : mergeService(before, service));
  }
  return [...merged.values()].sort((a, b) => byBytes(a.name, b.name));
};
