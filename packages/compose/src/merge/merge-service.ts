import { byBytes } from '../normalise/byte-order.ts';
import type { HealthcheckModel, LoggingModel, ServiceModel, ServiceNetworkModel } from '../model.ts';
import { present } from '../present.ts';
import { mergeDeploy } from './merge-deploy.ts';
import { append, joined, nonZero } from './merge-values.ts';

/** One service of two files: what the later one sets wins, lists grow, lists of objects are joined by their key. */
export const mergeService = (base: ServiceModel, override: ServiceModel): ServiceModel =>
  present({
    // Plain values: the model leaves out what Docker takes for unset, so a spread is "override wins where it is set".
    ...base,
    ...override,
    capAdd: append(base.capAdd, override.capAdd),
    capDrop: append(base.capDrop, override.capDrop),
    dns: append(base.dns, override.dns),
    dnsSearch: append(base.dnsSearch, override.dnsSearch),
    extraHosts: append(base.extraHosts, override.extraHosts),
    init: override.init === true ? true : (base.init ?? override.init),
    stopGracePeriod: nonZero(base.stopGracePeriod, override.stopGracePeriod),
    healthcheck: joined(base.healthcheck, override.healthcheck, mergeHealthcheck),
    logging: joined(base.logging, override.logging, mergeLogging),
    credentialSpec: joined(base.credentialSpec, override.credentialSpec, (one, other) => ({ ...one, ...other })),
    deploy: joined(base.deploy, override.deploy, mergeDeploy),
    labels: joined(base.labels, override.labels, (one, other) => ({ ...one, ...other })),
    sysctls: joined(base.sysctls, override.sysctls, (one, other) => ({ ...one, ...other })),
    ulimits: joined(base.ulimits, override.ulimits, (one, other) => ({ ...one, ...other })),
    dependsOn: joined(base.dependsOn, override.dependsOn, (one, other) => ({ ...one, ...other })),
    environment: joined(base.environment, override.environment, mergeEnvironment),
    networks: joined(base.networks, override.networks, mergeNetworks),
    ports: keyed(base.ports, override.ports, (port) => port.published ?? 0, (a, b) => a - b),
    volumes: keyed(base.volumes, override.volumes, (volume) => volume.target ?? '', byBytes),
    secrets: keyed(base.secrets, override.secrets, (secret) => secret.source ?? '', byBytes),
    configs: keyed(base.configs, override.configs, (config) => config.source ?? '', byBytes),
  });

/**
 * Lists of objects with a key: of equal keys the last one stays, and the result is sorted by key. This also happens to a list
 * that only the first file has, even an empty one, as soon as another file mentions the service. An empty list of a later file says
 * nothing, so what a third file then has is taken as it stands.
 */
const keyed = <T, K>(base: readonly T[] | undefined, override: readonly T[] | undefined, key: (item: T) => K, order: (a: K, b: K) => number): readonly T[] | undefined => {
  if (base === undefined) return override?.length === 0 ? undefined : override;
  const items = new Map([...base, ...(override ?? [])].map((item) => [key(item), item]));
  return [...items].sort(([a], [b]) => order(a, b)).map(([, item]) => item);
};

const mergeHealthcheck = (base: HealthcheckModel, override: HealthcheckModel): HealthcheckModel =>
  present({
    ...base,
    ...override,
    test: append(base.test, override.test),
    timeout: nonZero(base.timeout, override.timeout),
    interval: nonZero(base.interval, override.interval),
    startPeriod: nonZero(base.startPeriod, override.startPeriod),
    startInterval: nonZero(base.startInterval, override.startInterval),
  });

/** Options are joined unless the driver changes. */
const mergeLogging = (base: LoggingModel, override: LoggingModel): LoggingModel => {
  if (base.driver !== undefined && override.driver !== undefined && base.driver !== override.driver) return override;
  return present({ driver: base.driver ?? override.driver, options: mergeOptions(base.options, override.options) });
};

/** Docker fills the map of the first file in place, so when that file has none the later file's options get lost. */
const mergeOptions = (base: LoggingModel['options'], override: LoggingModel['options']): LoggingModel['options'] =>
  base === undefined ? undefined : { ...base, ...override };

/** A later empty or missing value does not replace one that says something. */
const mergeEnvironment = (base: NonNullable<ServiceModel['environment']>, override: NonNullable<ServiceModel['environment']>): NonNullable<ServiceModel['environment']> => {
  const winning = Object.entries(override).filter(([name, value]) => {
    const before = Object.hasOwn(base, name) ? base[name] : undefined;
    return before === undefined || before === null || before === '' || (value !== null && value !== '');
  });
  return { ...base, ...Object.fromEntries(winning) };
};

/** Aliases are replaced, driver options of the first file stay. */
const mergeNetworks = (base: NonNullable<ServiceModel['networks']>, override: NonNullable<ServiceModel['networks']>): NonNullable<ServiceModel['networks']> => {
  const merged = Object.entries(override).map(([name, network]): [string, ServiceNetworkModel | null] => {
    const before = Object.hasOwn(base, name) ? base[name] : undefined;
    if (before === undefined || before === null) return [name, network];
    return [name, network === null ? before : present({ aliases: network.aliases, driverOpts: before.driverOpts })];
  });
  return { ...base, ...Object.fromEntries(merged) };
};
