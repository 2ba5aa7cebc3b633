import { posix } from 'node:path';
import type { DependencyCondition, FileReferenceModel, HealthcheckModel, ServiceModel, ServiceNetworkModel, UlimitModel } from '../model.ts';
import { present } from '../present.ts';
import { readSource } from '../read-source.ts';
import { goText } from '../yaml/go-text.ts';
import { isList, isMap, type ValueMap } from '../yaml/value.ts';
import { deployOf } from './deploy.ts';
import { parseEnvFile } from './env-file.ts';
import { environmentOf, resolveEnvironment } from './environment.ts';
import { Fields } from './fields.ts';
import type { ReadContext } from './read-context.ts';
import { servicePorts } from './service-ports.ts';
import { serviceVolumes } from './service-volumes.ts';
import { shellWords } from './shell-words.ts';
import { hostsOf } from './string-map.ts';

/**
 * One service in its long form.
 * @throws ComposeError
 */
export const serviceOf = (name: string, map: ValueMap, context: ReadContext): ServiceModel => {
  const fields = new Fields(map, ['services', name], context.document);
  refuseUndecodable(fields);
  return {
    name,
    ...present({
      image: fields.text('image'),
      capAdd: fields.texts('cap_add'),
      capDrop: fields.texts('cap_drop'),
      command: words(fields, 'command', 'Command'),
      entrypoint: words(fields, 'entrypoint', 'Entrypoint'),
      configs: fileReferences(fields, 'configs'),
      secrets: fileReferences(fields, 'secrets'),
      credentialSpec: credentialSpec(fields),
      dependsOn: dependencies(fields),
      deploy: deployOf(fields),
      dns: nameservers(fields, 'dns'),
      dnsSearch: nameservers(fields, 'dns_search'),
      extraHosts: extraHosts(fields),
      hostname: fields.text('hostname'),
      healthcheck: healthcheck(fields.at('healthcheck')),
      init: typeof fields.raw('init') === 'boolean' ? fields.raw('init') === true : undefined,
      isolation: fields.text('isolation'),
      labels: fields.stringMap('labels'),
      logging: logging(fields.at('logging')),
      networks: networks(fields),
      ports: servicePorts(fields, context),
      readOnly: fields.flag('read_only'),
      restart: fields.text('restart'),
      stdinOpen: fields.flag('stdin_open'),
      stopGracePeriod: fields.duration('stop_grace_period'),
      stopSignal: fields.text('stop_signal'),
      sysctls: fields.stringMap('sysctls'),
      tty: fields.flag('tty'),
      ulimits: ulimits(fields),
      user: fields.text('user'),
      // Files are read only after everything in the service could be decoded, as in Docker.
      volumes: serviceVolumes(fields, context),
      environment: environment(fields, context),
      workingDir: fields.text('working_dir'),
    }),
  };
};

/** Keys that are ignored later but have to decode: the schema takes a number for `shm_size`, Docker's decoding does not. */
const refuseUndecodable = (fields: Fields): void => {
  for (const key of ['shm_size', 'cgroup_parent', 'container_name', 'domainname', 'ipc', 'mac_address', 'network_mode', 'pid', 'userns_mode', 'cgroupns_mode']) fields.text(key);
};

const words = (fields: Fields, key: string, goName: string): readonly string[] | undefined => {
  const value = fields.raw(key);
  if (typeof value !== 'string') return fields.texts(key);
  try {
    const split = shellWords(value);
    return split.length === 0 ? undefined : split;
  } catch (cause) {
    return fields.fail(key, `error decoding '${goName}': ${(cause as Error).message}`);
  }
};

/** An empty list is kept: it makes an empty `DNSConfig`. */
const nameservers = (fields: Fields, key: string): readonly string[] | undefined => fields.texts(key) ?? (isList(fields.raw(key)) ? [] : undefined);

const fileReferences = (fields: Fields, key: string): readonly FileReferenceModel[] | undefined => {
  const value = fields.raw(key);
  return fields.items(key)?.map((item, at) => {
    const short = isList(value) ? value[at] : undefined;
    if (typeof short === 'string') return { source: short };
    return present({ source: item.text('source'), target: item.text('target'), uid: item.text('uid'), gid: item.text('gid'), mode: item.count('mode') });
  });
};

const credentialSpec = (fields: Fields) => {
  const spec = fields.at('credential_spec');
  return spec && present({ config: spec.text('config'), file: spec.text('file'), registry: spec.text('registry') });
};

const dependencies = (fields: Fields): Readonly<Record<string, DependencyCondition>> | undefined => {
  const value = fields.raw('depends_on');
  if (isList(value)) return Object.fromEntries(value.map((name) => [goText(name), 'service_started' as const]));
  if (!isMap(value)) return undefined;
  return Object.fromEntries([...value].map(([name, entry]) => [name, ((isMap(entry) ? entry.get('condition') : undefined) ?? 'service_started') as DependencyCondition]));
};

const extraHosts = (fields: Fields): readonly string[] | undefined => {
  const value = fields.raw('extra_hosts');
  const hosts = isMap(value) || isList(value) ? hostsOf(value) : [];
  return hosts.length === 0 ? undefined : hosts;
};

const healthcheck = (fields: Fields | undefined): HealthcheckModel | undefined => {
  if (fields === undefined) return undefined;
  const test = fields.raw('test');
  return present({
    test: typeof test === 'string' ? ['CMD-SHELL', test] : fields.texts('test'),
    timeout: fields.duration('timeout'),
    interval: fields.duration('interval'),
    retries: fields.count('retries'),
    startPeriod: fields.duration('start_period'),
    startInterval: fields.duration('start_interval'),
    disable: fields.flag('disable'),
  });
};

const logging = (fields: Fields | undefined) => fields && present({ driver: fields.text('driver'), options: fields.stringMap('options') });

const networks = (fields: Fields): Readonly<Record<string, ServiceNetworkModel | null>> | undefined => {
  const value = fields.raw('networks');
  if (isList(value)) return Object.fromEntries(value.map((name) => [goText(name), null]));
  const inside = fields.at('networks');
  if (!isMap(value) || inside === undefined) return undefined;
  return Object.fromEntries(
    [...value.keys()].map((name) => {
      const network = inside.at(name);
      return [name, network === undefined ? null : present({ aliases: network.texts('aliases'), driverOpts: network.stringMap('driver_opts') })];
    }),
  );
};

const ulimits = (fields: Fields): Readonly<Record<string, UlimitModel>> | undefined => {
  const value = fields.raw('ulimits');
  const inside = fields.at('ulimits');
  if (!isMap(value) || inside === undefined) return undefined;
  return Object.fromEntries(
    [...value].map(([name, limit]): [string, UlimitModel] => {
      if (typeof limit === 'bigint') return [name, { soft: Number(limit), hard: Number(limit) }];
      if (isMap(limit) && typeof limit.get('soft') === 'bigint' && typeof limit.get('hard') === 'bigint') {
        return [name, { soft: Number(limit.get('soft')), hard: Number(limit.get('hard')) }];
      }
      return inside.fail(name, `error decoding 'Ulimits[${name}]': invalid type for ulimits`);
    }),
  );
};

const environment = (fields: Fields, { workingDir, lookup, readFile }: ReadContext): ServiceModel['environment'] => {
  const value = fields.raw('environment');
  const fromFiles = (fields.texts('env_file') ?? []).flatMap((file) => {
    const path = posix.isAbsolute(file) ? file : posix.join(workingDir, file);
    const bytes = readSource(readFile, path, fields.where('env_file'));
    try {
      return parseEnvFile(path, bytes, lookup);
    } catch (cause) {
      return fields.refuse('env_file', (cause as Error).message);
    }
  });
  const resolved = resolveEnvironment(fromFiles, isMap(value) || isList(value) ? environmentOf(value) : {}, lookup);
  return Object.keys(resolved).length === 0 ? undefined : resolved;
};
