import { realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';

/** Where a path leads through every link, also when its last parts are not there yet. */
export const resolved = async (path: string): Promise<string> => {
  const plain = normalize(path);
  try {
    return await realpath(plain);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(plain) === plain) throw error;
    return join(await resolved(dirname(plain)), basename(plain));
  }
};
