import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { endWithParent } from '@axion/bus';
import { backoffDelay } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';

export interface ChildSpec {
  /** What the supervisor's messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type ChildNews =
  | { readonly event: 'started'; readonly pid: number }
  | { readonly event: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly event: 'restarting'; readonly inMs: number; readonly attempt: number };

/** Exit code for a configuration that cannot work (sysexits.h EX_CONFIG): starting again would not help. */
export const EXIT_CONFIG = 78;

const RESTART: BackoffPolicy = { initial: 200, factor: 2, max: 30_000, jitter: 0.2 };
/** A child that ran this long has proven itself: the next failure counts as the first, ms. */
const STABLE_MS = 30_000;

/**
 * One process that is kept running: whatever way it ends, it is started again after a growing delay, until `stop`.
 *
 * Invariants: at most one process at a time; after `stop` has resolved none runs and none will be started. A child that
 * ends with 78 (configuration) is not started again.
 */
export class SupervisedChild {
  readonly spec: ChildSpec;
  readonly #clock: Clock;
  readonly #onNews: (news: ChildNews) => void;
  readonly #stopping = new AbortController();
  #process: ChildProcess | undefined;
  #running: Promise<void> | undefined;
  /** The code of the last end that is not tried again. */
  #finalCode: number | undefined;

  constructor(spec: ChildSpec, clock: Clock, onNews: (news: ChildNews) => void) {
    this.spec = spec;
    this.#clock = clock;
    this.#onNews = onNews;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get finalCode(): number | undefined {
    return this.#finalCode;
  }

  /** Resolves when the child is stopped for good: by `stop`, or because its configuration cannot work. */
  run(): Promise<void> {
    this.#running ??= this.#keepRunning();
    return this.#running;
  }

  /** Asks it to end (SIGTERM), and after `budgetMs` ends it (SIGKILL). */
  async stop(budgetMs: number): Promise<void> {
    this.#stopping.abort();
    const child = this.#process;
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), budgetMs);
      await this.#running;
      clearTimeout(timer);
    }
    await this.#running;
  }

  /** Ends it now. */
  kill(): void {
    this.#stopping.abort();
    this.#process?.kill('SIGKILL');
  }

  async #keepRunning(): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      const began = this.#clock.monotonic();
      const code = await this.#once();
      if (code === EXIT_CONFIG) {
        this.#finalCode = code;
        return;
      }
      if (this.#stopping.signal.aborted) return;
      if (this.#clock.monotonic() - began > STABLE_MS) attempt = 0;
      const inMs = backoffDelay(RESTART, attempt);
      this.#onNews({ event: 'restarting', inMs, attempt: attempt + 1 });
      await this.#clock.sleep(inMs, this.#stopping.signal).catch(() => {});
    }
  }

  async #once(): Promise<number | null> {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const { command, args } = endWithParent(this.spec.command, this.spec.args, this.spec.env);
    const child = spawn(command, args, {
      env: this.spec.env,
      stdio: ['ignore', 'inherit', 'inherit'],
      // In a session of its own: a Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
      detached: true,
    });
    this.#process = child;
    child.once('spawn', () => this.#onNews({ event: 'started', pid: child.pid! }));
    child.once('error', () => resolve(null));
    child.once('exit', (code, signal) => {
      this.#onNews({ event: 'ended', code, signal });
      resolve(code);
    });
    const code = await promise;
    this.#process = undefined;
    return code;
  }
}
