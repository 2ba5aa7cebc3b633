import { AxionError } from '@axion/core';
import { runProgram } from '../program/run-program.ts';

const DEADLINE_MS = 60_000;
/** Where Debian keeps mount helpers and makers of file systems. */
const SBIN = ['/usr/sbin', '/sbin'];

/**
 * Runs a program of the storage's own (mount, rbd) and gives what it printed.
 *
 * @param what names the operation in an error
 * @throws {AxionError} `VOLUME_DRIVER_UNAVAILABLE` when it is not installed, `STORAGE_ERROR` in its own words when it failed, `STORAGE_AWAY` when it did not end
 */
export const storageProgram = async (what: string, command: string, args: readonly string[], signal: AbortSignal): Promise<string> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    const { code, stdout, stderr } = await runProgram({ command, args, env: { PATH: [process.env['PATH'] ?? '', ...SBIN].join(':'), LC_ALL: 'C' } }, within);
    if (code === 0) return stdout;
    throw new AxionError('UNAVAILABLE', `cannot ${what}: ${stderr.trim().slice(-500)}`, { reason: 'STORAGE_ERROR' });
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AxionError('FAILED_PRECONDITION', `cannot ${what}: ${command} is not installed on this node`, { reason: 'VOLUME_DRIVER_UNAVAILABLE', retryable: false, cause: error });
    }
    if (within.aborted) throw new AxionError('UNAVAILABLE', `cannot ${what}: ${command} did not end within ${DEADLINE_MS / 1000} s, so its servers do not answer`, { reason: 'STORAGE_AWAY', cause: error });
    throw error;
  }
};
