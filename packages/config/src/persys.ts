import { dirname } from 'node:path';
import { fromText } from './env-text.ts';
import { type Config, KEYS, type KeyPath } from './schema.ts';
import type { Setting, Source } from './setting.ts';

/** A duration of Go, e.g. `1m30s`, in seconds; what is none stays a text. */
const goDuration = (text: string): unknown => {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
  if (!/^(\d+(\.\d+)?(h|ms|m|us|µs|ns|s))+$/.test(text)) return text;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0);
};

/** A boolean as Go's `strconv.ParseBool` takes it. */
const goBool = (text: string): unknown => {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : text;
};

/** The Persys agent names its database file; here a directory holds the state. */
const stateDirectory = (text: string): unknown => (/\.[a-z0-9]+$/i.test(text) ? dirname(text) : text);

const same = (text: string): unknown => text;

interface Alias {
  readonly path: KeyPath;
  readonly read: (text: string) => unknown;
}

const ALIASES: Readonly<Record<string, Alias>> = {
  PERSYS_NODE_ID: { path: 'agent.id', read: same },
  PERSYS_NODE_LABELS: { path: 'agent.labels', read: (text) => fromText('map', text) },
  PERSYS_STATE_PATH: { path: 'agent.data_dir', read: stateDirectory },
  PERSYS_GRPC_ADDR: { path: 'agent_api.bind', read: same },
  PERSYS_GRPC_PORT: { path: 'agent_api.port', read: (text) => fromText('number', text) },
  PERSYS_TLS_CERT: { path: 'agent_api.tls_cert_location', read: same },
  PERSYS_TLS_KEY: { path: 'agent_api.tls_key_location', read: same },
  PERSYS_TLS_CA: { path: 'agent_api.tls_ca_location', read: same },
  PERSYS_DOCKER_ENABLED: { path: 'workloads.docker', read: goBool },
  PERSYS_COMPOSE_ENABLED: { path: 'workloads.compose', read: goBool },
  PERSYS_COMPOSE_BINARY: { path: 'workloads.compose_binary', read: same },
  PERSYS_VM_ENABLED: { path: 'workloads.vm', read: goBool },
  PERSYS_LIBVIRT_URI: { path: 'workloads.libvirt_uri', read: same },
  PERSYS_RECONCILE_ENABLED: { path: 'workloads.reconcile_enabled', read: goBool },
  PERSYS_RECONCILE_INTERVAL: { path: 'workloads.reconcile_interval', read: goDuration },
  PERSYS_LOG_LEVEL: { path: 'logging.level', read: (text) => text.toLowerCase() },
  PERSYS_SCHEDULER_ADDR: { path: 'scheduler.addr', read: same },
  PERSYS_SCHEDULER_INSECURE: { path: 'scheduler.insecure', read: goBool },
  PERSYS_AGENT_GRPC_ENDPOINT: { path: 'scheduler.agent_grpc_endpoint', read: same },
};

/** Variables of the Persys agent that mean something a key here says differently. */
const notes = (env: NodeJS.ProcessEnv): readonly string[] =>
  env['PERSYS_TLS_ENABLED'] !== undefined && goBool(env['PERSYS_TLS_ENABLED']) === false
    ? ['PERSYS_TLS_ENABLED=false is ignored: the agent API always takes mutual TLS unless agent_api.bind is a loopback address']
    : [];

/**
 * What the `PERSYS_*` variables set; they stand for the variable of the key they alias. Where both are set, the agent's
 * own (in `taken`) wins and a warning says so. Empty ones count as not set, as in the Persys agent.
 */
export const persysSettings = (
  env: NodeJS.ProcessEnv,
  taken: ReadonlyMap<string, Setting>,
): { readonly settings: ReadonlyMap<string, Setting>; readonly warnings: readonly string[] } => {
  const settings = new Map<string, Setting>();
  const warnings = [...notes(env)];
  for (const [name, { path, read }] of Object.entries(ALIASES)) {
    const text = env[name] ?? '';
    if (text === '') continue;
    if (taken.has(path)) warnings.push(`${name} is ignored: ${KEYS.find((key) => key.path === path)?.variable} is set too and wins`);
    else settings.set(path, { value: read(text), source: `env ${name}` });
  }
  return { settings, warnings };
};

/** Persys serves its API and registers as soon as it has an address; here both wait to be switched on, and that is told. */
export const persysSwitchedOff = (config: Config, sources: Readonly<Record<string, Source>>): readonly string[] =>
  (['agent_api', 'scheduler'] as const).flatMap((section) => {
    const from = Object.entries(sources).find(([path, source]) => path.startsWith(`${section}.`) && source.startsWith('env PERSYS_'));
    const enabled = KEYS.find((key) => key.path === `${section}.enabled`);
    return from === undefined || config[section].enabled ? [] : [`${from[1].slice(4)} has no effect: ${enabled?.path} is false; set ${enabled?.variable}=true`];
  });

/** Each alias with the key it stands for, for the reference. */
export const PERSYS_ALIASES: readonly (readonly [name: string, path: KeyPath])[] = Object.entries(ALIASES).map(([name, { path }]) => [name, path]);
