// A stamp remembers what a folder was made from, so that the same work is not done twice.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param {(string | Buffer)[]} inputs */
export const digest = (...inputs) => {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(input).update('\0');
  return hash.digest('hex');
};

/**
 * Does `work` unless the stamp in `file` says it was done with the same key; a run that fails leaves no stamp.
 *
 * @param {string} file
 * @param {string} key
 * @param {() => boolean} intact whether the result is still there
 * @param {() => Promise<void>} work
 */
export const once = async (file, key, intact, work) => {
  if (read(file) === key && intact()) return;
  await work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, key);
};

/** @param {string} file */
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
