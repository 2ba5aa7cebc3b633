/** A login to one registry. */
export interface RegistryLogin {
  /** Host and port as in image names; `docker.io` for Docker Hub. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** The registry's host of an image reference, as Docker reads it: the first part if it looks like a host, else Docker Hub. */
export const registryOf = (image: string): string => {
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  return first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase() ? normalised(first) : 'docker.io';
};

const normalised = (server: string): string => {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '').toLowerCase();
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
};

/** The login for an image's registry, if there is one. */
export const loginFor = (image: string, logins: readonly RegistryLogin[]): RegistryLogin | undefined => {
  const registry = registryOf(image);
  return logins.find(({ server }) => normalised(server) === registry);
};

/** The value of `X-Registry-Auth`: URL-safe base64 of the engine's AuthConfig. An empty object says "no credentials". */
export const registryAuthHeader = (login: RegistryLogin | undefined): string => {
  const config = login === undefined ? {} : { username: login.username, password: login.password, serveraddress: login.server };
  return Buffer.from(JSON.stringify(config)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
};
