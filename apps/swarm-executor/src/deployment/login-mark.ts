import { createHmac } from 'node:crypto';
import { loginFor } from '@axion/docker-engine';
import type { RegistryLogin } from '@axion/docker-engine';

/** A keyed hash: without the key nobody can try passwords against it. */
export const loginMarks =
  (key: Buffer) =>
  (image: string, logins: readonly RegistryLogin[]): string | undefined => {
    const login = loginFor(image, logins);
    return login === undefined ? undefined : createHmac('sha256', key).update(JSON.stringify([login.server, login.username, login.password])).digest('hex').slice(0, 16);
  };
