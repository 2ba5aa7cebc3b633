import type { ReadFile } from '../load-options.ts';
import type { ServiceModel, StackModel } from '../model.ts';
import { byBytes, sortedEntries } from '../normalise/byte-order.ts';
import type { Dependency, StackSpec } from '../spec/stack-spec.ts';
import { convertConfigs, convertSecrets } from './convert-file-objects.ts';
import { convertNetworks } from './convert-networks.ts';
import { requireNetworks } from './require-networks.ts';
import { convertService } from './convert-service.ts';

export interface ConvertOptions {
  /** The stack's name; the prefix of every object's name and the value of the namespace label. */
  readonly namespace: string;
  readonly readFile: ReadFile;
  /** Scopes of the networks that exist, by name. When given, external ones are looked for before any source is read. */
  readonly existingNetworks?: ReadonlyMap<string, string>;
}

/**
 * What a stack asks of the engine.
 * @throws ComposeError for missing external networks (when it can know), unreadable sources, undeclared references and values
 * that Docker's client refuses.
 */
export const convertStack = (model: StackModel, { namespace, readFile, existingNetworks }: ConvertOptions): StackSpec => {
  const { networks, external } = convertNetworks(model, namespace);
  if (existingNetworks !== undefined) requireNetworks(external, existingNetworks);
  const secrets = convertSecrets(model, { namespace, readFile });
  const configs = convertConfigs(model, { namespace, readFile });
  const services = model.services.map((service) => ({
    key: service.name,
    spec: convertService(service, model, namespace),
    image: service.image ?? '',
    dependsOn: dependencies(service),
  }));
  return { namespace, networks, secrets, configs, services, external: { networks: external, ...usedExternals(model) } };
};

const dependencies = ({ dependsOn = {} }: ServiceModel): readonly Dependency[] => sortedEntries(dependsOn).map(([service, condition]) => ({ service, condition }));

/** External secrets and configs are only looked for when a service refers to them. */
const usedExternals = (model: StackModel): { secrets: readonly string[]; configs: readonly string[] } => {
  const names = (kind: 'secrets' | 'configs'): readonly string[] => {
    const used = model.services.flatMap((service) => [
      ...(service[kind] ?? []).map(({ source = '' }) => source),
      ...(kind === 'configs' && service.credentialSpec?.config !== undefined ? [service.credentialSpec.config] : []),
    ]);
    const external = [...new Set(used)].flatMap((key) => {
      const object = Object.hasOwn(model[kind], key) ? model[kind][key] : undefined;
      return object?.external === true && object.name !== undefined ? [object.name] : [];
    });
    return external.sort(byBytes);
  };
  return { secrets: names('secrets'), configs: names('configs') };
};
