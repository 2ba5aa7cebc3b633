import { join } from 'node:path';
import type { ReadFile } from './config-file.ts';
import { KEYS } from './schema.ts';
import type { Setting } from './setting.ts';

/**
 * Secrets that the service manager hands to this process alone: a file of `$CREDENTIALS_DIRECTORY` (systemd.exec(5),
 * CREDENTIALS) that is named as the key, e.g. `kafka.sasl_password`. An empty file sets nothing.
 */
export const credentialSettings = (env: NodeJS.ProcessEnv, readFile: ReadFile): ReadonlyMap<string, Setting> => {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (!folder) return new Map();
  return new Map(
    KEYS.filter(({ key }) => key.secret).flatMap(({ path }) => {
      const value = readFile(join(folder, path));
      return value?.trim() ? [[path, { value, source: 'credential' }] as const] : [];
    }),
  );
};
