import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dev } from '../setup/paths.mjs';
import { endLeftovers } from './leftovers.ts';
import { processStat } from './process-stat.ts';

interface Owner {
  readonly pid: number;
  /** When the process started, in clock ticks since boot: numbers of processes are used again. */
  readonly started: string;
  /** The checkout's `.dev`: each cleans up after itself alone. */
  readonly dev: string;
}

const OWNER_FILE = 'session.json';
/** The session's id is part of its folder's name, and so of nothing that a file could say. */
const FOLDER = /^axion-([0-9a-f]{6})-[A-Za-z0-9]{6}$/;

/** Says in a session's folder which process it belongs to. */
export const claimFolder = (folder: string): void => {
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', dev: realpathSync(dev) };
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify(owner));
};

/**
 * Removes what this checkout's sessions left whose process was killed: their processes, their folders, the folder of their engine.
 *
 * @param place where sessions have their folders; others may write there too, so what is not plainly ours is left alone
 * @returns the ids of those sessions; objects on an engine that goes on carry them
 */
export const removeAbandoned = (place: string): readonly string[] => {
  const ids: string[] = [];
  const own = realpathSync(dev);
  for (const name of readdirSync(place)) {
    const id = FOLDER.exec(name)?.[1];
    const folder = join(place, name);
    const owner = id === undefined ? undefined : ownerOf(folder);
    if (id === undefined || owner === undefined || owner.dev !== own || startOf(owner.pid) === owner.started) continue;
    endLeftovers('AXION_TEST_SESSION', id, folder);
    for (const left of [folder, join(dev, 'docker', id)]) rmSync(left, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    ids.push(id);
  }
  return ids;
};

/** Nothing where it is no session's folder, is another user's, or its file was cut off while it was written. */
const ownerOf = (folder: string): Owner | undefined => {
  const file = join(folder, OWNER_FILE);
  try {
    const isOwn = [folder, file].every((path) => existsSync(path) && lstatSync(path).uid === process.getuid?.() && !lstatSync(path).isSymbolicLink());
    const said: unknown = isOwn ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    return isOwner(said) ? said : undefined;
  } catch {
    return undefined;
  }
};

const isOwner = (said: unknown): said is Owner => {
  const { pid, started, dev: place } = (said ?? {}) as Partial<Owner>;
  return Number.isInteger(pid) && typeof started === 'string' && typeof place === 'string';
};

/** When a process started, field 22 of its `stat`; nothing where there is none. */
const startOf = (pid: number): string | undefined => {
  try {
    return processStat(pid)[19];
  } catch {
    return undefined;
  }
};
