import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { AxionError, withDeadline } from '@axion/core';
import { runProgram } from '../program/run-program.ts';
import { OWNER_VARIABLE, ownerMark } from '../program/stray-programs.ts';
import { virshError } from './virsh-error.ts';

export interface VirshOptions {
  /** `[workloads].libvirt_uri`. */
  readonly uri: string;
  /** Of one call, milliseconds. */
  readonly deadlineMs: number;
  /** The agent's own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that marks the processes as ours. */
  readonly home?: string;
}

/** A command of virsh and its arguments. */
export type VirshCommand = readonly [command: string, ...args: string[]];

/** Of a dump of many domains. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const PASSED_ON = ['PATH', 'HOME', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'];

/** virsh reads a line of commands as a shell would, as far as quotes go. */
const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The one way to libvirt. Invariants: every call ends by its deadline or its signal, and the program with it; errors are
 * translated here and nowhere else; XML goes through standard input, so nothing of it shows in `ps`.
 */
export class Virsh {
  readonly #options: VirshOptions;
  readonly #env: Readonly<Record<string, string>>;

  constructor(options: VirshOptions) {
    this.#options = options;
    const kept = PASSED_ON.flatMap((name) => (options.env[name] === undefined ? [] : [[name, options.env[name]] as const]));
    this.#env = { ...Object.fromEntries(kept), LC_ALL: 'C', ...(options.home === undefined ? {} : { [OWNER_VARIABLE]: ownerMark(options.home) }) };
  }

  /** Runs one command and gives what it printed. @param what names it in an error @throws {AxionError} see `virshError` */
  async run(what: string, command: VirshCommand, signal: AbortSignal, input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.#spawn(what, command, signal, input);
    if (code !== 0) throw virshError(what, stderr);
    return stdout;
  }

  /**
   * Runs many commands in one process and gives what each printed; one that fails prints nothing.
   *
   * @throws {AxionError} only when libvirt itself did not answer
   */
  async ask(what: string, commands: readonly VirshCommand[], signal: AbortSignal): Promise<readonly string[]> {
    if (commands.length === 0) return [];
    const mark = `=${randomBytes(8).toString('hex')}=`;
    const script = [...commands.map((command) => `echo ${mark}; ${command.map(quoted).join(' ')}`), `echo ${mark}`].join('; ');
    const { stdout, stderr } = await this.#spawn(what, [script], signal);
    const parts = stdout.split(mark);
    // Cut short: the connection broke in the middle, and what is missing must not be taken for an answer.
    const error = virshError(what, stderr);
    if (parts.length !== commands.length + 2 || error.reason === 'LIBVIRT_UNREACHABLE') throw error.reason === 'LIBVIRT_UNREACHABLE' ? error : virshError(what, `failed to connect to the hypervisor: ${stderr}`);
    return parts.slice(1, -1).map((part) => part.trim());
  }

  /** Hands over every line of a command that goes on until `signal` or until it says that libvirt is gone. */
  async follow(command: VirshCommand, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const child = spawn('virsh', ['-q', '-c', this.#options.uri, ...command], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('error', () => resolve());
    child.once('close', () => resolve());
    createInterface({ input: child.stdout }).on('line', onLine);
    const end = (): void => void child.kill('SIGKILL');
    // It says so and goes on waiting, for events that never come.
    createInterface({ input: child.stderr }).on('line', (line) => void (virshError('follow events', line).reason === 'LIBVIRT_UNREACHABLE' && end()));
    signal.addEventListener('abort', end, { once: true });
    try {
      if (signal.aborted) end();
      await promise;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #spawn(what: string, command: VirshCommand, signal: AbortSignal, input?: string): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const plain = ['-q', '-c', this.#options.uri, ...command];
    // What Node gives a child as standard input is a socket, which cannot be opened as /dev/stdin; a shell's pipe can.
    const [program, args] = input === undefined ? ['virsh', plain] : ['sh', ['-c', 'cat | virsh "$@"', 'virsh', ...plain]];
    try {
      return await withDeadline(what, this.#options.deadlineMs, (within) => runProgram({ command: program, args, env: this.#env, keepBytes: MAX_OUTPUT_BYTES, ...(input === undefined ? {} : { input }) }, within), signal);
    } catch (error) {
      signal.throwIfAborted();
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new AxionError('FAILED_PRECONDITION', 'runtime not available: virsh is not installed; install libvirt-clients, or set workloads.vm=false', { reason: 'LIBVIRT_NOT_INSTALLED', retryable: false, cause: error });
      }
      if (error instanceof AxionError && error.code === 'DEADLINE_EXCEEDED') throw new AxionError('UNAVAILABLE', `${error.message}; libvirt hangs`, { reason: 'LIBVIRT_UNREACHABLE', cause: error });
      throw error;
    }
  }
}
