import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loginFor, registryAuthHeader } from '@axion/docker-engine';
import type { RegistryLogin } from '@axion/docker-engine';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>>;
}

/** What `docker login` left on this host for the agent's user: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
const hostLogins = async (env: Readonly<Record<string, string | undefined>>): Promise<readonly RegistryLogin[]> => {
  const file = join(env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  const config = await readFile(file, 'utf8').then((text) => JSON.parse(text) as DockerConfig).catch((): DockerConfig => ({}));
  return Object.entries(config.auths ?? {}).flatMap(([server, { auth, username = '', password = '' }]): RegistryLogin[] => {
    if (auth === undefined || auth === '') return username === '' ? [] : [{ server, username, password }];
    const [user = '', ...rest] = Buffer.from(auth, 'base64').toString('utf8').split(':');
    return [{ server, username: user, password: rest.join(':') }];
  });
};

/** The engine's `X-Registry-Auth` for an image. Read anew for each pull: logins change. */
export const imageAuth = async (image: string, env: Readonly<Record<string, string | undefined>> = process.env): Promise<string> =>
  registryAuthHeader(loginFor(image, await hostLogins(env)));
