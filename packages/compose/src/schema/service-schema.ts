import type { Dialect } from '../load-options.ts';
import { deploySchema } from './deploy-schema.ts';
import {
  anything, closed, duration, extensions, flag, integer, listOf, listOrMap, mapOf, named, number, oneOf, open, setOf, since, text, textOrList,
  textOrNumber, textOrSet, textSet, type Schema,
} from './schema.ts';

/** One service in format version 3.`minor`. */
export const serviceSchema = (minor: number, dialect: Dialect): Schema =>
  closed(
    {
      ...plainKeys,
      build: dialect === 'agent' ? anything : build(minor),
      depends_on: dialect === 'agent' ? oneOf(textSet, dependencies) : textSet,
      deploy: deploySchema(minor),
      healthcheck: healthcheck(minor),
      networks: oneOf(textSet, named(oneOf(serviceNetwork(minor), { types: ['null'] }))),
      ports: minor >= 2 ? setOf(oneOf({ types: ['number'], format: 'ports' }, { types: ['string'], format: 'ports' }, longPort)) : setOf({ ...textOrNumber, format: 'ports' }),
      volumes: minor >= 2 ? listOf(oneOf(text, longVolume(minor))) : textSet,
      ...since(minor, 1, { secrets: listOf(fileReference) }),
      ...since(minor, 3, { configs: listOf(fileReference), credential_spec: closed({ file: text, registry: text, ...since(minor, 8, { config: text }) }) }),
      ...since(minor, 5, { isolation: text }),
      ...since(minor, 7, { init: flag }),
      ...since(minor, 9, { cgroupns_mode: text }),
      ...since(minor, 13, { oom_score_adj: integer }),
    },
    minor >= 7 ? { pattern: extensions } : {},
  );

/** Keys that all versions have in one form. */
const plainKeys = {
  cap_add: textSet,
  cap_drop: textSet,
  cgroup_parent: text,
  command: textOrList,
  container_name: text,
  devices: textSet,
  dns: textOrSet,
  dns_search: textOrSet,
  domainname: text,
  entrypoint: textOrList,
  env_file: textOrSet,
  environment: listOrMap,
  expose: setOf(textOrNumber),
  external_links: textSet,
  extra_hosts: listOrMap,
  hostname: text,
  image: text,
  ipc: text,
  labels: listOrMap,
  links: textSet,
  logging: closed({ driver: text, options: mapOf({ types: ['string', 'number', 'null'] }) }),
  mac_address: text,
  network_mode: text,
  pid: { types: ['string', 'null'] },
  privileged: flag,
  read_only: flag,
  restart: text,
  security_opt: textSet,
  shm_size: { types: ['number', 'string'] },
  sysctls: listOrMap,
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: text,
  tmpfs: textOrSet,
  tty: flag,
  ulimits: {
    types: ['object'],
    pattern: { keys: /^[a-z]+$/, schema: oneOf(integer, closed({ hard: integer, soft: integer }, { required: ['soft', 'hard'] })) },
  },
  user: text,
  userns_mode: text,
  working_dir: text,
} satisfies Record<string, Schema>;

const build = (minor: number): Schema =>
  oneOf(text, {
    types: ['object'],
    properties: {
      context: text,
      dockerfile: text,
      args: listOrMap,
      ...since(minor, 2, { cache_from: textSet }),
      ...since(minor, 3, { labels: listOrMap }),
      ...since(minor, 4, { network: text, target: text }),
      ...since(minor, 5, { shm_size: { types: ['integer', 'string'] } }),
      ...since(minor, 9, { extra_hosts: listOrMap }),
    },
    closed: minor < 11,
  });

/** The mapping form that Compose has and Docker's stacks refuse. */
const dependencies = named(
  closed({
    condition: { types: ['string'], values: ['service_started', 'service_healthy', 'service_completed_successfully'] },
    restart: flag,
    required: flag,
  }),
);

const healthcheck = (minor: number): Schema => {
  const time = minor >= 4 ? duration : text;
  return closed({
    disable: flag,
    interval: time,
    retries: number,
    test: textOrList,
    timeout: time,
    ...since(minor, 4, { start_period: time }),
    ...since(minor, 12, { start_interval: time }),
  });
};

const serviceNetwork = (minor: number): Schema =>
  closed({ aliases: textSet, ipv4_address: text, ipv6_address: text, ...since(minor, 13, { driver_opts: mapOf(textOrNumber) }) });

const longPort = closed({ mode: text, target: integer, published: integer, protocol: text });

const longVolume = (minor: number): Schema =>
  closed(
    {
      type: text,
      source: text,
      target: text,
      read_only: flag,
      consistency: text,
      bind: open({ propagation: text }),
      volume: open({ nocopy: flag }),
      ...since(minor, 6, { tmpfs: open({ size: { types: ['integer'], minimum: 0 } }) }),
    },
    { required: ['type'] },
  );

const fileReference = oneOf(text, open({ source: text, target: text, uid: text, gid: text, mode: number }));
