import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentSpec } from '@axion/contracts';
import { AxionError } from '@axion/core';
import type { StoredSecret } from './host.ts';
import { SINCE } from './host.ts';

/** The configuration keys behind each word of the manifest. */
const KEYS: Readonly<Record<NonNullable<ComponentSpec['touches']['secrets']>[number], readonly string[]>> = {
  token: ['agent.token', 'control_plane.proxy'],
  kafka: ['kafka.sasl_password'],
};

/** Keys that a component is handed as credentials. */
export const secretKeys = ({ touches }: ComponentSpec): readonly string[] => (touches.secrets ?? []).flatMap((word) => KEYS[word]);

/** File of a secret in the secrets' folder. */
export const secretFile = (folder: string, key: string, stored: StoredSecret): string => join(folder, stored === 'encrypted' ? `${key}.cred` : key);

/** Not seen is not gone: units that are written without a secret that is there would leave a component without it. */
const isThere = (file: string): boolean => {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return false;
    const advice = code === 'EACCES' ? 'run this as root' : 'see to the folder';
    throw new AxionError('PERMISSION_DENIED', `whether the secret ${file} is there cannot be seen (${code}), and the units name the secrets that are: ${advice}, or name another folder with --secrets-dir`, { cause });
  }
};

/**
 * Which secrets lie in the folder; where systemd is too old to decrypt, only those in the clear count.
 *
 * @throws {AxionError} `PERMISSION_DENIED` when that cannot be seen
 */
export const findSecrets = (folder: string, systemd: number): ReadonlyMap<string, StoredSecret> => {
  const kinds: readonly StoredSecret[] = systemd >= SINCE.encryptedCredentials ? ['encrypted', 'plain'] : ['plain'];
  return new Map(
    Object.values(KEYS)
      .flat()
      .flatMap((key) => {
        const stored = kinds.find((kind) => isThere(secretFile(folder, key, kind)));
        return stored === undefined ? [] : [[key, stored] as const];
      }),
  );
};
