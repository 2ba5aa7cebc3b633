import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What to start and how to tell that it serves. */
export interface ServerSpec {
  /** Names the server in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's own environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** A line of its output that says it is ready. Without it the process counts as ready at once. */
  readonly ready?: RegExp;
  /** Milliseconds it has to become ready. Default 30,000. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL when it is stopped. Default 10,000. */
  readonly stopTimeoutMs?: number;
  /** The signal it gets should this process die first. Default SIGKILL; a daemon with children of its own needs SIGTERM. */
  readonly orphanSignal?: 'SIGKILL' | 'SIGTERM';
  /** Called with each line it prints. */
  readonly onLine?: (line: string) => void;
  /** Ends the start: a server that is not ready yet is stopped. */
  readonly signal?: AbortSignal;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const KEPT_LINES = 2_000;

/**
 * A server started for a test.
 *
 * - it never outlives the process that started it: the kernel signals it when its parent is gone, however that ended;
 * - it is in a process group of its own, so Ctrl-C in a terminal reaches the tests first and they stop it in order;
 * - its last lines are kept and put into the error when it does not come up.
 */
export class ServerProcess implements AsyncDisposable {
  readonly #spec: ServerSpec;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();
  /** Settles when the process has ended and all it printed was read. Never rejects. */
  readonly exited: Promise<Exit>;

  private constructor(spec: ServerSpec) {
    this.#spec = spec;
    const env = { ...process.env, ...spec.env };
    const orphan = ['--pdeathsig', spec.orphanSignal ?? 'SIGKILL', '--', spec.command, ...spec.args];
    this.#child = spawn('setpriv', orphan, {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    });
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.exited = promise;
    this.#child.once('error', (error) => {
      this.#keep(`${spec.command}: ${error.message}`);
      resolve({ code: null, signal: null });
    });
    this.#child.once('close', (code, signal) => resolve({ code, signal }));
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#read(stream);
  }

  /** Starts the server and waits until it says that it is ready. */
  static async start(spec: ServerSpec): Promise<ServerProcess> {
    const { signal } = spec;
    signal?.throwIfAborted();
    const server = new ServerProcess(spec);
    if (spec.ready === undefined) return server;
    const onAbort = (): void => void server.stop();
    signal?.addEventListener('abort', onAbort);
    try {
      await server.line(spec.ready, spec.readyTimeoutMs ?? 30_000);
      return server;
    } catch (error) {
      if (signal?.aborted === true) await server.stop();
      else await server.kill();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines it printed, both streams. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** The first line that matches, printed already or to come; rejects when the server ends or `timeoutMs` passes first. */
  async line(pattern: RegExp, timeoutMs = 10_000): Promise<string> {
    const seen = this.#lines.find((line) => pattern.test(line));
    if (seen !== undefined) return seen;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const watch = (line: string): void => {
      if (pattern.test(line)) resolve(line);
    };
    const fail = (why: string): void => reject(new Error(`${this.#spec.name} ${why}; its last lines:\n${this.#lines.slice(-25).join('\n')}`));
    const timer = setTimeout(() => fail(`did not print ${String(pattern)} within ${timeoutMs / 1000} s`), timeoutMs);
    this.#watchers.add(watch);
    void this.exited.then(({ code, signal }) => fail(`ended (${signal ?? `exit code ${code}`}) before it printed ${String(pattern)}`));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watch);
    }
  }

  /** Sends a signal to the server alone, e.g. SIGSTOP to freeze it and SIGCONT to let it go on. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Ends it as `kill -9` would, without a chance to tidy up. */
  async kill(): Promise<Exit> {
    this.#signalGroup('SIGKILL');
    return this.exited;
  }

  /** Asks it to end, and kills it when it does not within its time. */
  async stop(): Promise<Exit> {
    if (!this.running) return this.exited;
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.#signalGroup('SIGKILL'), this.#spec.stopTimeoutMs ?? 10_000);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (!this.running) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      this.#child.kill(signal);
    }
  }

  #read(stream: Readable | null): void {
    if (stream === null) return;
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => this.#keep(line));
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    this.#spec.onLine?.(line);
    for (const watch of this.#watchers) watch(line);
  }
}
