import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { configError } from './problem.ts';

/** Reads a file as text; `undefined` when there is none. */
export type ReadFile = (path: string) => string | undefined;

/** A configuration file that was found, as its tables. */
export interface ConfigFile {
  readonly path: string;
  readonly tables: Readonly<Record<string, unknown>>;
}

export interface Search {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly readFile: ReadFile;
}

/** Reads from the disk. */
export const readFromDisk: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
};

/** What `--config` names, if it is there; what follows `--` is not the agent's. */
const configArgument = (argv: readonly string[]): string | undefined => {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const joined = own.find((word) => word.startsWith('--config='));
  if (joined !== undefined) return joined.slice('--config='.length);
  const at = own.indexOf('--config');
  if (at === -1) return undefined;
  const path = own[at + 1];
  if (path === undefined || path.startsWith('-')) throw configError(['--config takes a file: --config FILE']);
  return path;
};

const read = (readFile: ReadFile, path: string): string | undefined => {
  try {
    return readFile(path);
  } catch (error) {
    throw configError([`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`], error);
  }
};

const parsed = (path: string, text: string): ConfigFile => {
  try {
    return { path, tables: parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw configError([`${path}: is not TOML`]);
    // Only the first line: the ones after it quote the file, which may hold a token. For the same reason no cause.
    const [what = ''] = error.message.split('\n');
    throw configError([`${path}, line ${error.line}, column ${error.column}: ${what.replace(/^Invalid TOML document: /, '')}`]);
  }
};

/**
 * The first file of `--config FILE`, `$AXION_CONFIG`, `/etc/axion/agent.toml`, `~/.axion/agent.toml`, `./agent.toml`;
 * `undefined` when there is none. A file that was named but is not there is an error: going on without it would hide it.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`, reason `CONFIG`
 */
export const findConfigFile = ({ argv, env, cwd, readFile }: Search): ConfigFile | undefined => {
  const named = [
    { by: '--config', path: configArgument(argv) },
    { by: 'AXION_CONFIG', path: env['AXION_CONFIG'] || undefined },
  ].find(({ path }) => path !== undefined);
  if (named?.path !== undefined) {
    const path = isAbsolute(named.path) ? named.path : resolve(cwd, named.path);
    const text = read(readFile, path);
    if (text === undefined) throw configError([`${path}: there is no such file (named by ${named.by})`]);
    return parsed(path, text);
  }
  for (const path of ['/etc/axion/agent.toml', join(env['HOME'] || homedir(), '.axion', 'agent.toml'), join(cwd, 'agent.toml')]) {
    const text = read(readFile, path);
    if (text !== undefined) return parsed(path, text);
  }
  return undefined;
};
