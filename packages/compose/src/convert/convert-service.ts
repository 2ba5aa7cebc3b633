import { ComposeError } from '../errors.ts';
import type { DeployModel, HealthcheckModel, ServiceModel, StackModel } from '../model.ts';
import { byBytes, sortedEntries } from '../normalise/byte-order.ts';
import { parseImageReference } from '../normalise/image-reference.ts';
import { present } from '../present.ts';
import type { ConfigReference, ContainerSpec, EngineServiceSpec, Healthcheck, NetworkAttachment } from '../spec/service-spec.ts';
import { effectiveCapabilities } from './convert-capabilities.ts';
import { convertMode, convertPlacement, convertResources, convertUpdateConfig } from './convert-deploy.ts';
import { convertMounts } from './convert-mounts.ts';
import { DEFAULT_NETWORK, isPredefined } from './convert-networks.ts';
import { convertEndpoint } from './convert-ports.ts';
import { convertConfigReferences, convertCredentialSpec, convertSecretReferences } from './convert-references.ts';
import { convertRestartPolicy } from './convert-restart-policy.ts';
import { IMAGE_LABEL, scopedName, stackLabels } from './namespace.ts';

/**
 * One service as the engine takes it, with names where ids go.
 * @throws ComposeError whose message starts with the service's name.
 */
export const convertService = (service: ServiceModel, model: StackModel, namespace: string): EngineServiceSpec => {
  try {
    return serviceSpec(service, model, namespace);
  } catch (cause) {
    if (!(cause instanceof ComposeError)) throw cause;
    const path = ['services', service.name, ...(cause.where.path ?? [])];
    throw new ComposeError(cause.reason, `service ${service.name}: ${cause.message}`, { path, key: path.join('.') }, cause);
  }
};

const serviceSpec = (service: ServiceModel, model: StackModel, namespace: string): EngineServiceSpec => {
  const deploy: DeployModel = service.deploy ?? {};
  const { logging } = service;
  const secrets = convertSecretReferences(service, model, namespace);
  const configs = convertConfigReferences(service, model, namespace);
  const mode = convertMode(deploy);
  return {
    Name: scopedName(namespace, service.name),
    Labels: { ...stackLabels(namespace, deploy.labels), [IMAGE_LABEL]: service.image ?? '' },
    TaskTemplate: {
      ContainerSpec: { ...containerSpec(service, model, namespace, configs), ...present({ Secrets: nonEmpty(secrets), Configs: nonEmpty(configs) }) },
      Resources: convertResources(deploy),
      ...present({
        RestartPolicy: convertRestartPolicy(service.restart, deploy.restartPolicy),
        LogDriver: logging && present({ Name: logging.driver, Options: nonEmptyMap(logging.options) }),
      }),
      Placement: convertPlacement(deploy.placement),
      Networks: attachments(service, model, namespace),
      ForceUpdate: 0,
    },
    Mode: mode,
    ...present({ UpdateConfig: convertUpdateConfig(deploy.updateConfig), RollbackConfig: convertUpdateConfig(deploy.rollbackConfig) }),
    EndpointSpec: convertEndpoint(deploy.endpointMode, service.ports ?? []),
  };
};

const containerSpec = (service: ServiceModel, model: StackModel, namespace: string, configs: readonly ConfigReference[]): ContainerSpec => {
  const capabilities = effectiveCapabilities(service.capAdd, service.capDrop);
  const { dns, dnsSearch } = service;
  return {
    Image: taggedImage(service.image ?? ''),
    Labels: stackLabels(namespace, service.labels),
    Privileges: { CredentialSpec: convertCredentialSpec(service, configs, namespace), SELinuxContext: null, NoNewPrivileges: false },
    ...present({
      Command: nonEmpty(service.entrypoint),
      Args: nonEmpty(service.command),
      Hostname: service.hostname,
      Hosts: nonEmpty(service.extraHosts?.map(hostLine)),
      DNSConfig: dns === undefined && dnsSearch === undefined ? undefined : present({ Nameservers: nonEmpty(dns), Search: nonEmpty(dnsSearch) }),
      Healthcheck: convertHealthcheck(service.healthcheck),
      Env: nonEmpty(environmentLines(service.environment)),
      Dir: service.workingDir,
      User: service.user,
      Mounts: nonEmpty(convertMounts(service.volumes ?? [], model, namespace)),
      StopGracePeriod: service.stopGracePeriod,
      StopSignal: service.stopSignal,
      TTY: service.tty,
      OpenStdin: service.stdinOpen,
      ReadOnly: service.readOnly,
      Isolation: service.isolation,
      Init: service.init,
      Sysctls: nonEmptyMap(service.sysctls),
      CapabilityAdd: nonEmpty(capabilities.add),
      CapabilityDrop: nonEmpty(capabilities.drop),
      Ulimits: nonEmpty(sortedEntries(service.ulimits ?? {}).map(([name, { soft, hard }]) => ({ Name: name, Hard: hard, Soft: soft }))),
    }),
  };
};

const nonEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list === undefined || list.length === 0 ? undefined : list);

const nonEmptyMap = <T extends object>(map: T | undefined): T | undefined => (map === undefined || Object.keys(map).length === 0 ? undefined : map);

/** The client names the tag that the engine would assume. */
const taggedImage = (image: string): string => {
  const reference = parseImageReference(image);
  return typeof reference === 'string' ? image : reference.familiar;
};

/** Swarm writes hosts the other way round: `IP host`. */
const hostLine = (entry: string): string => {
  const colon = entry.indexOf(':');
  return `${entry.slice(colon + 1)} ${entry.slice(0, colon)}`;
};

const environmentLines = (environment: ServiceModel['environment'] = {}): readonly string[] =>
  Object.entries(environment)
    .map(([name, value]) => (value === null ? name : `${name}=${value}`))
    .sort(byBytes);

const convertHealthcheck = (check: HealthcheckModel | undefined): Healthcheck | undefined => {
  if (check === undefined) return undefined;
  if (check.disable === true) {
    if (check.test !== undefined) throw new ComposeError('CONFLICT', "test and disable can't be set at the same time", { path: ['healthcheck', 'disable'] });
    return { Test: ['NONE'] };
  }
  return present({
    Test: check.test,
    Interval: check.interval || undefined,
    Timeout: check.timeout || undefined,
    StartPeriod: check.startPeriod || undefined,
    StartInterval: check.startInterval || undefined,
    Retries: check.retries || undefined,
  });
};

const attachments = ({ name: service, networks }: ServiceModel, model: StackModel, namespace: string): readonly NetworkAttachment[] => {
  const wanted = networks === undefined || Object.keys(networks).length === 0 ? { [DEFAULT_NETWORK]: null } : networks;
  return Object.entries(wanted)
    .map(([key, network]): NetworkAttachment => {
      const declared = Object.hasOwn(model.networks, key) ? model.networks[key] : undefined;
      if (declared === undefined && key !== DEFAULT_NETWORK) throw new ComposeError('UNDEFINED', `undefined network ${JSON.stringify(key)}`, { path: ['networks', key] });
      const target = scopedName(namespace, key, declared?.name);
      // Networks of the engine itself know no aliases.
      const aliases = [...(network?.aliases ?? []), ...(isPredefined(target) ? [] : [service])];
      return { Target: target, ...present({ Aliases: nonEmpty(aliases), DriverOpts: nonEmptyMap(network?.driverOpts) }) };
    })
    .sort((a, b) => byBytes(a.Target, b.Target));
};
