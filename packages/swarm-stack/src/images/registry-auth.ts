import { loginFor, registryAuthHeader } from '@axion/docker-engine';
import type { RegistryLogin } from '@axion/docker-engine';

/** The value of `X-Registry-Auth` for an image; `undefined` sends none. */
export type AuthFor = (image: string) => string | undefined;

const DOCKER_HUB = 'docker.io';

/** From a command's logins. Swarm keeps a login with the service, so once there are any one goes with every change, be it the empty one. */
export const authOf =
  (logins: readonly RegistryLogin[]): AuthFor =>
  (image) =>
    logins.length === 0 ? undefined : registryAuthHeader(loginFor(image === '' ? DOCKER_HUB : image, logins));
