import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AxionError } from '@axion/core';

const BYTES = 32;

/**
 * The key that a component seals its state with: systemd's credential of the file's name if there is one, else the file,
 * of mode 0600, made at the first start. Several instances may start at once; all get the same key.
 *
 * @param path in a folder of the component's own, e.g. `<data_dir>/workloads/workloads.key`
 * @throws {AxionError} `FAILED_PRECONDITION` with `KEY_UNREADABLE` or `KEY_DAMAGED`
 */
export const readKeyFile = async (path: string, env: Readonly<Record<string, string | undefined>> = process.env): Promise<Buffer> => {
  const credentials = env['CREDENTIALS_DIRECTORY'];
  const credential = credentials === undefined ? undefined : join(credentials, basename(path));
  const given = credential === undefined ? undefined : await tryRead(credential);
  if (credential !== undefined && given !== undefined) return checked(given, credential);
  return checked((await tryRead(path)) ?? (await create(path)), path);
};

const tryRead = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new AxionError('FAILED_PRECONDITION', `the key ${path} cannot be read (${code}); the component's user must own it`, { reason: 'KEY_UNREADABLE', cause: error });
  }
};

/** Written aside and linked, so that it is there whole or not at all, and the first of several wins. */
const create = async (path: string): Promise<Buffer> => {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(draft, randomBytes(BYTES), { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
};

const checked = (key: Buffer, path: string): Buffer => {
  if (key.byteLength === BYTES) return key;
  throw new AxionError('FAILED_PRECONDITION', `the key ${path} must have ${BYTES} bytes and has ${key.byteLength}; restore it, or remove it and lose what it sealed`, { reason: 'KEY_DAMAGED' });
};
