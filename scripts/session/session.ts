import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { part, say } from '../setup/progress.mjs';
import { claimFolder, removeAbandoned } from './abandoned.ts';
import { endLeftovers } from './leftovers.ts';

/** What a script that starts servers works with. */
export interface Session {
  /** Carried by every process (in its environment) and every object (in its name) of this run. */
  readonly id: string;
  /** Ids of former runs that were killed: what they left on this machine is gone, on an engine of the user's it is not. */
  readonly abandoned: readonly string[];
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** What to undo at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
  /** Starts one part, shown as a line with its time; at the end it is stopped, shown likewise. */
  readonly start: <T extends AsyncDisposable>(name: string, begin: () => Promise<T>) => Promise<T>;
  /** Has something undone at the end, shown as a line with its time. */
  readonly atEnd: (name: string, undo: () => Promise<unknown> | void) => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work`, then undoes all that it started, however it ended. A second signal while that goes on is ignored, because
 * half an undoing is what this is there to prevent. What is still running afterwards is ended and named.
 *
 * @returns the exit code
 */
export const runSession = async (work: (session: Session) => Promise<number>): Promise<number> => {
  const id = randomBytes(3).toString('hex');
  process.env['AXION_TEST_SESSION'] = id;
  const interrupt = new AbortController();
  let code = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (interrupt.signal.aborted) return;
    code = signal === 'SIGINT' ? 130 : 143;
    say(`\n${signal}: stopping what was started`);
    interrupt.abort(new Error(signal));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const stack = new AsyncDisposableStack();
  // Tests that are cut short cannot remove their folders; all of them are in this one.
  const abandoned = removeAbandoned(tmpdir());
  if (abandoned.length > 0) say(`Removed what ${abandoned.length === 1 ? 'a former run that was killed' : `${abandoned.length} former runs that were killed`} had left`);
  const temporary = mkdtempSync(join(tmpdir(), `axion-${id}-`));
  claimFolder(temporary);
  process.env['TMPDIR'] = temporary;
  stack.defer(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  try {
    code = await work(sessionOf(id, abandoned, interrupt.signal, stack));
  } catch (error) {
    if (!interrupt.signal.aborted) {
      code = 1;
      say(`\n${textOf(error)}`);
    }
  }
  try {
    await stack.disposeAsync();
  } catch (error) {
    code ||= 1;
    say(`Not all could be undone: ${textOf(error)}`);
  }
  for (const process of endLeftovers('AXION_TEST_SESSION', id, temporary)) say(`A process was left behind and is ended now: ${process}`);
  for (const signal of SIGNALS) process.off(signal, onSignal);
  return code;
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const sessionOf = (id: string, abandoned: readonly string[], signal: AbortSignal, stack: AsyncDisposableStack): Session => {
  const atEnd: Session['atEnd'] = (name, undo) => stack.defer(async () => void (await part(name, undo)));
  return {
    id,
    abandoned,
    signal,
    stack,
    atEnd,
    start: async (name, begin) => {
      signal.throwIfAborted();
      const started = await part(name, begin);
      atEnd(name, async () => started[Symbol.asyncDispose]());
      return started;
    },
  };
};
