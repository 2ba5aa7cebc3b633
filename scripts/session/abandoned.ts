import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dev } from '../setup/paths.mjs';
import { endLeftovers } from './leftovers.ts';

interface Owner {
  /** The session's id. */
  readonly id: string;
  readonly pid: number;
  /** When the process started, in clock ticks since boot: numbers of processes are used again. */
  readonly started: string;
}

const OWNER_FILE = 'session.json';

/** Says in a session's folder which process it belongs to. */
export const claimFolder = (folder: string, id: string): void => {
  const owner: Owner = { id, pid: process.pid, started: startOf(process.pid) ?? '' };
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify(owner));
};

/**
 * Removes what sessions left whose process was killed: their processes, their folders, the folder of their engine.
 *
 * @param place where sessions have their folders
 * @returns the ids of those sessions; objects on an engine that goes on carry them
 */
export const removeAbandoned = (place: string): readonly string[] => {
  const ids: string[] = [];
  for (const name of readdirSync(place).filter((entry) => entry.startsWith('axion-'))) {
    const folder = join(place, name);
    const owner = ownerOf(folder);
    if (owner === undefined || startOf(owner.pid) === owner.started) continue;
    endLeftovers('AXION_TEST_SESSION', owner.id, folder);
    for (const left of [folder, join(dev, 'docker', owner.id)]) rmSync(left, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    ids.push(owner.id);
  }
  return ids;
};

const ownerOf = (folder: string): Owner | undefined => {
  const file = join(folder, OWNER_FILE);
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Owner) : undefined;
  } catch {
    // Another user's, or cut off while it was written.
    return undefined;
  }
};

/** When a process started; nothing where there is none. The 22nd field of proc(5) `stat`, whose second one may hold blanks. */
const startOf = (pid: number): string | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return fields?.[19];
  } catch {
    return undefined;
  }
};
