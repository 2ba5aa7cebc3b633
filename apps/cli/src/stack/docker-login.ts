import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { registryAuthHeader, registryOf } from '@axion/docker-engine';
import type { RegistryLogin } from '@axion/docker-engine';

/** The parts of Docker's client configuration (`config.json`) that hold logins. */
const dockerConfig = v.object({
  auths: v.optional(v.record(v.string(), v.object({ auth: v.optional(v.string()), username: v.optional(v.string()), password: v.optional(v.string()) })), {}),
  credsStore: v.optional(v.string()),
  credHelpers: v.optional(v.record(v.string(), v.string()), {}),
});
type DockerConfig = v.InferOutput<typeof dockerConfig>;

/** What `docker-credential-NAME get` prints. */
const helperAnswer = v.object({ Username: v.string(), Secret: v.string() });

/** Docker Hub's logins are filed under this address. */
const HUB = 'https://index.docker.io/v1/';

const readConfig = (env: NodeJS.ProcessEnv): DockerConfig => {
  const file = join(env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker'), 'config.json');
  try {
    return v.parse(dockerConfig, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { auths: {}, credHelpers: {} };
  }
};

const fromHelper = (helper: string, address: string): RegistryLogin | undefined => {
  try {
    const { Username, Secret } = v.parse(helperAnswer, JSON.parse(execFileSync(`docker-credential-${helper}`, ['get'], { input: address, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })));
    return { server: address, username: Username, password: Secret };
  } catch {
    return undefined;
  }
};

const fromFile = ({ auths }: DockerConfig, registry: string): RegistryLogin | undefined => {
  const entry = Object.entries(auths).find(([address]) => registryOf(`${address.replace(/^https?:\/\//, '').replace(/\/.*$/, '')}/x`) === registry);
  if (entry === undefined) return undefined;
  const [server, { auth, username = '', password = '' }] = entry;
  if (auth === undefined) return { server, username, password };
  const [user = '', ...rest] = Buffer.from(auth, 'base64').toString('utf8').split(':');
  return { server, username: user, password: rest.join(':') };
};

/**
 * Gives for an image the value of `X-Registry-Auth` from the logins of Docker's own client: credential helpers, the
 * credential store, then the file. An image without a login gets the empty one, as the client sends it.
 */
export const dockerLogins = (env: NodeJS.ProcessEnv): ((image: string) => string) => {
  const config = readConfig(env);
  return (image) => {
    const registry = registryOf(image);
    const address = registry === 'docker.io' ? HUB : registry;
    const helper = config.credHelpers[registry] ?? config.credsStore;
    return registryAuthHeader((helper === undefined ? undefined : fromHelper(helper, address)) ?? fromFile(config, registry));
  };
};
