import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** The checkout's root. */
export const checkout = resolve(import.meta.dirname, '../../..');

/** Where the set-up puts what it fetched. */
export const devFolder = join(checkout, '.dev');

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The program's path on `PATH`, if it is there. */
export const onPath = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(executable);

/** The first of these programs that is there: a full path, or a name to look up on `PATH`. */
export const firstProgram = (candidates: readonly (string | undefined)[], missing: string): string => {
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === '') continue;
    if (!candidate.includes('/')) {
      const found = onPath(candidate);
      if (found !== undefined) return found;
    } else if (executable(candidate)) return candidate;
  }
  throw new Error(`${missing} is not here: run "npm run setup" once (or the tests through "npm test"), which fetches it`);
};
