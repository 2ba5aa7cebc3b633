import type { NetworkModel, StackModel } from '../model.ts';
import { byBytes } from '../normalise/byte-order.ts';
import type { NetworkSpec } from '../spec/stack-spec.ts';
import { scopedName, stackLabels } from './namespace.ts';

/** The network of services that name none. */
export const DEFAULT_NETWORK = 'default';

/** Networks of the engine itself, which are neither looked up nor know aliases; Docker calls the others "user defined". */
export const isPredefined = (name: string): boolean => ['default', 'bridge', 'host', 'none'].includes(name) || name.startsWith('container:');

/** Networks that services use, created or expected to exist; those nobody uses are left out. */
export const convertNetworks = (model: StackModel, namespace: string): { networks: readonly NetworkSpec[]; external: readonly string[] } => {
  const used = new Set(model.services.flatMap(({ networks }) => (networks === undefined || Object.keys(networks).length === 0 ? [DEFAULT_NETWORK] : Object.keys(networks))));
  const networks: NetworkSpec[] = [];
  const external: string[] = [];
  for (const key of [...used].sort(byBytes)) {
    const network = Object.hasOwn(model.networks, key) ? (model.networks[key] as NetworkModel) : {};
    const name = scopedName(namespace, key, network.name);
    if (network.external !== true) networks.push(networkSpec(name, network, namespace));
    else if (!isPredefined(name)) external.push(name);
  }
  return { networks: networks.sort((a, b) => byBytes(a.Name, b.Name)), external: external.sort(byBytes) };
};

const networkSpec = (name: string, network: NetworkModel, namespace: string): NetworkSpec => {
  const { driver = '', config = [] } = network.ipam ?? {};
  return {
    Name: name,
    CheckDuplicate: true,
    Driver: network.driver ?? 'overlay',
    Scope: '',
    Internal: network.internal === true,
    Attachable: network.attachable === true,
    Ingress: false,
    ConfigOnly: false,
    ConfigFrom: null,
    IPAM:
      driver === '' && config.length === 0
        ? null
        : { Driver: driver, Options: null, Config: config.length === 0 ? null : config.map(({ subnet }) => (subnet === undefined ? {} : { Subnet: subnet })) },
    Options: network.driverOpts ?? null,
    Labels: stackLabels(namespace, network.labels),
  };
};
