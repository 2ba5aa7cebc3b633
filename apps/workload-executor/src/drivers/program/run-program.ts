import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BoundedText } from './bounded-text.ts';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of the agent's own is passed on unasked. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its standard input, which is else empty. */
  readonly input?: string;
  /** How much of each stream is kept, bytes; what comes last is kept. Default 64 KiB. */
  readonly keepBytes?: number;
}

export interface Ended {
  /** `null`: ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Between asking the group to end and ending it. */
const KILL_AFTER_MS = 2000;

/**
 * Runs a program in a process group of its own and gives what it printed. When `signal` is aborted, the whole group, with
 * whatever the program started, is asked to end and killed soon after; the call then rejects with the signal's reason, at
 * once: a program that hangs never holds its caller.
 *
 * @throws what `spawn` reports (`ENOENT`: there is no such program), or the signal's reason
 */
export const runProgram = async ({ command, args, env, cwd, input, keepBytes = 65_536 }: Program, signal: AbortSignal): Promise<Ended> => {
  signal.throwIfAborted();
  const child = spawn(command, args, { env, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
  const stdout = new BoundedText(keepBytes);
  const stderr = new BoundedText(keepBytes);
  const listen = (stream: Readable | null, text: BoundedText): void => void stream?.on('data', (chunk: Buffer) => text.add(chunk));
  listen(child.stdout, stdout);
  listen(child.stderr, stderr);
  // A program that ends before it has read everything is told of by its exit code.
  child.stdin?.on('error', () => undefined).end(input);

  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const onAbort = (): void => {
    endGroup(child.pid);
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  child.once('error', reject);
  child.once('close', (code) => resolve({ code, stdout: stdout.text(), stderr: stderr.text() }));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

const signalGroup = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended.
  }
};

const endGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  // Not unref'ed: the group has to be gone before this process may be.
  setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS);
};
