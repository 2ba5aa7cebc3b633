import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is removed, with all that is in it, when its owner is done. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes an empty folder of its own under the system's temporary folder. */
export const tempDir = async (prefix = 'test'): Promise<TempDir> => {
  const path = await mkdtemp(join(tmpdir(), `axion-${prefix}-`));
  // A server that was just killed may still write a last file while the folder is emptied, hence the retries.
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  return { path, remove, [Symbol.asyncDispose]: remove };
};
