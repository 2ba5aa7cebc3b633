import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { AxionError } from '@axion/core';
import type { ReadFile } from '@axion/compose';

/** The files of one project, and a record of those that were read. */
export interface ProjectFiles {
  readonly folder: string;
  readonly read: ReadFile;
  /** What was read, base64 by path. */
  taken(): Readonly<Record<string, string>>;
}

/**
 * Files that a stack file refers to, from `[agent].projects_dir/<project>` alone: a command must not be able to read the
 * host's other files into a config. With `stored`, the files as they were when the revision was made.
 */
export const projectFiles = (projectsDir: string, projectId: string, stored?: Readonly<Record<string, string>>): ProjectFiles => {
  const folder = join(projectsDir, projectId);
  const taken = new Map<string, string>();
  return {
    folder,
    read: (path) => {
      const bytes = stored === undefined ? readInside(folder, path) : fromStored(stored, path);
      taken.set(path, Buffer.from(bytes).toString('base64'));
      return bytes;
    },
    taken: () => Object.fromEntries(taken),
  };
};

const readInside = (folder: string, path: string): Uint8Array => {
  const real = realpathSync(path);
  if (!real.startsWith(realFolder(folder) + sep)) {
    throw new AxionError('PERMISSION_DENIED', `only files under ${folder} belong to the project`, { reason: 'OUTSIDE_PROJECT' });
  }
  return readFileSync(real);
};

const realFolder = (folder: string): string => {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
};

const fromStored = (stored: Readonly<Record<string, string>>, path: string): Uint8Array => {
  const bytes = stored[path];
  if (bytes === undefined) throw Object.assign(new Error('not part of the revision'), { code: 'ENOENT' });
  return Buffer.from(bytes, 'base64');
};
