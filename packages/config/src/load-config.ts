import { hostname } from 'node:os';
import * as v from 'valibot';
import { type ConfigFile, findConfigFile, readFromDisk, type ReadFile } from './config-file.ts';
import { credentialSettings } from './credential-settings.ts';
import { doorClash } from './door-clash.ts';
import { type EntryOverride, envSettings } from './env-settings.ts';
import { fromText } from './env-text.ts';
import { fileSettings } from './file-settings.ts';
import type { Facts } from './key.ts';
import { persysSettings, persysSwitchedOff } from './persys.ts';
import { configError, shown } from './problem.ts';
import { type Config, type KeyPath, KEYS, type PlacedKey } from './schema.ts';
import type { Setting, Source } from './setting.ts';
import { buildVersion } from './version.ts';

export interface LoadOptions {
  /** Arguments of the process; only `--config FILE` is read. */
  readonly argv?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly readFile?: ReadFile;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The file that was read, if any. */
  readonly file: string | undefined;
  readonly sources: Readonly<Record<KeyPath, Source>>;
  /** For the log, once there is one. */
  readonly warnings: readonly string[];
}

const refused = ({ path, key }: PlacedKey, { value, source }: Setting, file: string | undefined): string => {
  const given = key.secret ? '[redacted]' : shown(value);
  if (source.startsWith('env ')) return `environment: ${source.slice(4)}=${given} is not allowed for ${path}; it takes ${key.allowed}`;
  return `${source === 'file' ? file : source}: ${path} = ${given} is not allowed; it takes ${key.allowed}`;
};

const withEntries = (base: Setting, overrides: readonly EntryOverride[]): Setting =>
  overrides.reduce<Setting>(
    (setting, { entry, value, variable }) => ({
      value: typeof setting.value === 'object' ? { ...setting.value, [entry]: value } : setting.value,
      source: `env ${variable}`,
    }),
    base,
  );

const chosen = (placed: PlacedKey, places: readonly ReadonlyMap<string, Setting>[], entries: readonly EntryOverride[], facts: Facts): Setting => {
  const set = places.find((place) => place.has(placed.path))?.get(placed.path);
  const ambient = set === undefined ? placed.key.ambient?.(facts) : undefined;
  const base: Setting =
    set ??
    (ambient === undefined
      ? { value: placed.key.fallback(facts), source: 'default' }
      : { value: fromText(placed.key.kind, ambient.text), source: `env ${ambient.name}` });
  return withEntries(base, entries.filter((entry) => entry.path === placed.path));
};

/** Two engines that are named by mistake; naming one engine twice is none. */
const dockerWarning = (env: NodeJS.ProcessEnv, host: string, source: Source): readonly string[] => {
  const ambient = env['DOCKER_HOST'] ?? '';
  if (ambient === '' || ambient === host || source === 'default' || source === 'env DOCKER_HOST') return [];
  return [`DOCKER_HOST is ignored: docker.host is set by ${source === 'file' ? 'the configuration file' : source.slice(4)} and wins`];
};

/** Joins the places where a key may be set and checks every value. */
const resolve = (env: NodeJS.ProcessEnv, file: ConfigFile | undefined, credentials: ReadonlyMap<string, Setting>): LoadedConfig => {
  const own = envSettings(env);
  const persys = persysSettings(env, own.settings);
  const fromFile = file === undefined ? { settings: new Map<string, Setting>(), problems: [] } : fileSettings(file);
  const problems = [...fromFile.problems, ...own.problems];

  const sections: Record<string, Record<string, unknown>> = {};
  const sources: Record<string, Source> = {};
  const texts = new Map<string, string>();
  const facts: Facts = { env, hostname: hostname(), version: buildVersion(), text: (path) => texts.get(path) ?? '' };
  for (const placed of KEYS) {
    const setting = chosen(placed, [own.settings, persys.settings, credentials, fromFile.settings], own.entries, facts);
    const checked = v.safeParse(placed.key.schema, setting.value);
    if (!checked.success) {
      problems.push(refused(placed, setting, file?.path));
      continue;
    }
    if (typeof checked.output === 'string') texts.set(placed.path, checked.output);
    sources[placed.path] = setting.source;
    (sections[placed.section] ??= {})[placed.name] = Object.isFrozen(checked.output) ? checked.output : Object.freeze(checked.output);
  }
  const [first, ...more] = problems;
  if (first !== undefined) throw configError([first, ...more]);
  for (const section of Object.values(sections)) Object.freeze(section);
  const config = Object.freeze(sections) as Config;
  const [clash, ...clashes] = doorClash(config);
  if (clash !== undefined) throw configError([clash, ...clashes]);
  return {
    config,
    file: file?.path,
    sources: sources as LoadedConfig['sources'],
    warnings: [...persys.warnings, ...persysSwitchedOff(config, sources), ...dockerWarning(env, config.docker.host, sources['docker.host'] ?? 'default')],
  };
};

/**
 * The effective configuration: the defaults, under the first file found, under the service manager's credentials, under
 * `PERSYS_*`, under `AXION_AGENT__*`. Every value is checked and frozen.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with reason `CONFIG`: an unknown key, a wrong type or a value out of range; all of
 *   them stand in `details.problems`
 */
export const loadConfig = ({ argv = [], env, cwd = process.cwd(), readFile = readFromDisk }: LoadOptions): LoadedConfig =>
  resolve(env, findConfigFile({ argv, env, cwd, readFile }), credentialSettings(env, readFile));
