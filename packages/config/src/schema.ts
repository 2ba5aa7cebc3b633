import type { Key } from './key.ts';
import { agent, controlPlane } from './sections/agent.ts';
import { agentApi, deploy, docker, scheduler, workloads } from './sections/executors.ts';
import { health, logging, telemetry, tracing } from './sections/observation.ts';
import { local, security, update } from './sections/protection.ts';
import { bus, kafka } from './sections/queues.ts';

/** Every section and key there is, in the order people read them. */
export const SCHEMA = {
  agent,
  control_plane: controlPlane,
  kafka,
  bus,
  docker,
  deploy,
  workloads,
  scheduler,
  agent_api: agentApi,
  telemetry,
  health,
  update,
  logging,
  security,
  tracing,
  local,
};

type Schema = typeof SCHEMA;

/** The whole configuration, each key with its value. Durations are in seconds. */
export type Config = {
  readonly [S in keyof Schema]: { readonly [K in keyof Schema[S]]: Schema[S][K] extends Key<infer T> ? T : never };
};

/** A key's full name, e.g. `kafka.brokers`. */
export type KeyPath = { [S in keyof Schema]: `${S}.${keyof Schema[S] & string}` }[keyof Schema];

/** One key with its place. */
export interface PlacedKey {
  readonly path: KeyPath;
  readonly section: keyof Schema;
  readonly name: string;
  readonly key: Key<unknown>;
  /** The variable that overrides it. */
  readonly variable: string;
}

/** The variables that override keys begin with this. */
export const ENV_PREFIX = 'AXION_AGENT__';

/** All keys in order. */
export const KEYS: readonly PlacedKey[] = Object.entries(SCHEMA).flatMap(([section, keys]) =>
  Object.entries<Key<unknown>>(keys).map(([name, key]) => ({
    path: `${section}.${name}` as KeyPath,
    section: section as keyof Schema,
    name,
    key,
    variable: `${ENV_PREFIX}${section.toUpperCase()}__${name.toUpperCase()}`,
  })),
);
