import { AxionError } from '@axion/core';
import { runProgram } from '../program/run-program.ts';
import type { Ended } from '../program/run-program.ts';
import { OWNER_VARIABLE, ownerMark } from '../program/stray-programs.ts';

export interface ComposeCommandOptions {
  /** `[workloads].compose_binary`: a program and its first arguments. */
  readonly configured: string;
  /** `[docker].host`. */
  readonly dockerHost: string;
  /** The folder of all that Compose needs here; it also marks the processes that are ours. */
  readonly home: string;
  /** The agent's own environment; only what finding programs, registries and proxies takes is passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A Compose that answers. */
interface Binary {
  readonly words: readonly [string, ...string[]];
  readonly version: string;
}

export interface ComposeRun {
  readonly project: string;
  /** Compose resolves relative paths from here. */
  readonly directory: string;
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
const ELSEWHERE = ['docker compose', 'docker-compose'];
const VERSION_DEADLINE_MS = 20_000;

/** The Compose program: found once, asked for in the same words whichever version it is. */
export class ComposeCommand {
  readonly #options: ComposeCommandOptions;
  #found: Binary | undefined;

  constructor(options: ComposeCommandOptions) {
    this.#options = options;
  }

  /** e.g. `Docker Compose 2.40.3`. @throws {AxionError} `FAILED_PRECONDITION` when there is none */
  async version(signal: AbortSignal): Promise<string> {
    return `Docker Compose ${(await this.#binary(signal)).version}`;
  }

  /** Runs one of its commands. That it failed is for the caller to say: the answer has its exit code and what it printed. */
  async run({ project, directory, files, env }: ComposeRun, args: readonly string[], signal: AbortSignal, keepBytes?: number): Promise<Ended> {
    const [command, ...first] = (await this.#binary(signal)).words;
    const place = ['--ansi', 'never', '--project-name', project, '--project-directory', directory, ...files.flatMap((file) => ['--file', file])];
    return runProgram({ command, args: [...first, ...place, ...args], env: { ...this.#env(), ...env, COMPOSE_PROJECT_NAME: project }, cwd: directory, ...(keepBytes === undefined ? {} : { keepBytes }) }, signal);
  }

  #env(): Record<string, string> {
    const { env, dockerHost, home } = this.#options;
    const kept = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
    return { ...Object.fromEntries(kept), DOCKER_HOST: dockerHost, [OWNER_VARIABLE]: ownerMark(home) };
  }

  async #binary(signal: AbortSignal): Promise<Binary> {
    if (this.#found !== undefined) return this.#found;
    for (const words of new Set([this.#options.configured, ...ELSEWHERE])) {
      const binary = await this.#ask(words.split(/\s+/).filter((word) => word !== ''), signal);
      if (binary !== undefined) return (this.#found = binary);
    }
    throw new AxionError('FAILED_PRECONDITION', `runtime not available: no Docker Compose is here: neither ${JSON.stringify(this.#options.configured)} (workloads.compose_binary) nor ${ELSEWHERE.join(' nor ')} answers; install it or set that key`, {
      reason: 'COMPOSE_NOT_FOUND',
      retryable: false,
    });
  }

  async #ask(words: readonly string[], signal: AbortSignal): Promise<Binary | undefined> {
    const [command, ...first] = words;
    if (command === undefined) return undefined;
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(VERSION_DEADLINE_MS)]);
      const { code, stdout } = await runProgram({ command, args: [...first, 'version', '--short'], env: this.#env() }, within);
      const [, version] = /^v?(\d+\.\d+\.\d+\S*)/m.exec(stdout) ?? [];
      return code === 0 && version !== undefined ? { words: [command, ...first], version } : undefined;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}
