import { readFile } from 'node:fs/promises';
import { AxionError } from '@axion/core';

const WHY: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'is a folder, not a file', EACCES: 'may not be read by this user' };

/** The text of a file that was named on the command line. A name that does not fit is a fault of usage: exit code 2. */
export const readInput = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new AxionError('INVALID_ARGUMENT', `${path}: ${WHY[code] ?? message}`, { cause });
  }
};
