import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devFolder, firstProgram } from './dev-folder.ts';
import { freePort } from './free-port.ts';
import { htpasswd } from './htpasswd.ts';
import type { RegistryLogin } from './image.ts';
import { ServerProcess } from './server-process.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

export interface RegistryOptions {
  /** Asks everybody for this name and password. */
  readonly auth?: RegistryLogin;
}

/** A real image registry on loopback, which engines talk to without TLS. */
export interface Registry extends AsyncDisposable {
  /** `host:port`, as image names begin. */
  readonly address: string;
  readonly process: ServerProcess;
  stop(): Promise<void>;
}

export const startRegistry = async ({ auth }: RegistryOptions = {}): Promise<Registry> => {
  const command = firstProgram([process.env['AXION_TEST_REGISTRY_BINARY'], join(devFolder, 'bin/docker-registry'), 'docker-registry'], 'docker-registry');
  const home = await tempDir('registry');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const passwords = join(home.path, 'htpasswd');
  if (auth !== undefined) await writeFile(passwords, await htpasswd(auth));
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(home.path, 'data') }, delete: { enabled: true } },
    http: { addr: address, secret: createHash('sha256').update(home.path).digest('hex') },
    ...(auth === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: passwords } } }),
  };
  const file = join(home.path, 'config.yml');
  await writeFile(file, JSON.stringify(config));
  const server = await ServerProcess.start({ name: 'docker-registry', command, args: ['serve', file], env: { OTEL_TRACES_EXPORTER: 'none' } });
  const close = async (): Promise<void> => {
    await server.stop();
    await home.remove();
  };
  try {
    await waitFor(
      async () => {
        if (!server.running) throw new Error(server.output);
        const { status } = await fetch(`http://${address}/v2/`);
        return status === (auth === undefined ? 200 : 401);
      },
      { what: 'the registry to answer' },
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { address, process: server, stop: async () => void (await server.stop()), [Symbol.asyncDispose]: close };
};
