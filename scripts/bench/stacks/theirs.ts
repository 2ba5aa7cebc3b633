import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `docker stack deploy`, with nobody's logins and with what it has to be told about the engine. */
export class DockerCli {
  readonly #env: NodeJS.ProcessEnv;

  constructor(host: string, configFolder: string) {
    this.#env = { PATH: process.env['PATH'], HOME: configFolder, DOCKER_CONFIG: configFolder, DOCKER_HOST: host };
  }

  /** @returns its version. @throws with what to do where there is none */
  async version(): Promise<string> {
    try {
      return (await run('docker', ['version', '--format', '{{.Client.Version}}'], { env: this.#env })).stdout.trim();
    } catch (cause) {
      throw new Error('the bench compares with Docker’s own client: install `docker` (28 or newer knows --detach=false)', { cause });
    }
  }

  /** Deploys and returns how long that took, ms. */
  async deploy(stack: string, file: string, detach: boolean): Promise<number> {
    const began = performance.now();
    await run('docker', ['stack', 'deploy', `--detach=${detach}`, '-c', file, stack], { env: this.#env, maxBuffer: 64 * 1024 * 1024 });
    return performance.now() - began;
  }
}
