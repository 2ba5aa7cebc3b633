import { ComposeError, type ComposePosition } from './errors.ts';
import type { ReadFile } from './load-options.ts';

/**
 * A file's bytes through the port, with failures in Docker's words.
 * @throws ComposeError naming the path.
 */
export const readSource = (readFile: ReadFile, path: string, where: ComposePosition = {}): Uint8Array => {
  try {
    return readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const problem =
      code === 'EISDIR' ? `read ${path}: is a directory` : code === 'ENOENT' ? `open ${path}: no such file or directory` : code === 'EACCES' ? `open ${path}: permission denied` : `open ${path}: ${(cause as Error).message}`;
    throw new ComposeError('FILE', problem, where, cause);
  }
};
