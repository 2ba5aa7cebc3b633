import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError } from '@axion/core';
import { BUS_USERS } from '@axion/contracts';
import type { BusUser } from '@axion/contracts';
import { newUserSeed, publicKeyOf } from '../nkey.ts';

/** The public key of each user: what the server's configuration needs to know. */
export type BusUsers = Readonly<Record<BusUser, string>>;

/**
 * Makes sure that every user has a key: `<dir>/<user>.nk`, 0600, in a folder of 0700. Keys that are there stay, so it can be
 * called before every start. Only the seed files are secret; nothing secret is returned.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when a file is not a key
 */
export const createCredentials = async (dir: string): Promise<BusUsers> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const users = await Promise.all(BUS_USERS.map(async (user) => [user, await publicKey(join(dir, `${user}.nk`))] as const));
  return Object.fromEntries(users) as unknown as BusUsers;
};

const publicKey = async (file: string): Promise<string> => {
  const fresh = newUserSeed();
  try {
    await writeFile(file, fresh, { mode: 0o600, flag: 'wx' });
    return publicKeyOf(fresh);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    return publicKeyOf((await readFile(file, 'utf8')).trim());
  } catch (cause) {
    throw new AxionError('FAILED_PRECONDITION', `${file} is not a bus key; move it away and start the bus again to get a new one`, { cause });
  }
};
