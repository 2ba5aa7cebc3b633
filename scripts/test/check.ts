import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { endLeftovers } from '../session/leftovers.ts';
import { logs, root } from '../setup/paths.mjs';

/** How a command of the test run ended. */
export interface Outcome {
  readonly ok: boolean;
  /** All that it printed. */
  readonly output: string;
  /** The file that keeps it. */
  readonly log: string;
  /** Processes that it started and that outlived it, as `PID COMMAND`; they are ended. */
  readonly left: readonly string[];
}

/** Milliseconds that what the command started may go on after it, to end in order. */
const AFTER_EXIT_MS = 5_000;

/**
 * Runs one command of the test run; aborting ends its whole process group. The run goes on when the command has ended,
 * whoever of those it started still holds its output open: such a one is ended and named.
 *
 * @param onLine is told each line, to show where it is
 */
export const runCheck = async (name: string, command: readonly [string, ...string[]], signal: AbortSignal, onLine: (line: string) => void): Promise<Outcome> => {
  signal.throwIfAborted();
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `test-${name}.log`);
  const record = createWriteStream(log);
  const [program, ...args] = command;
  // CI=true keeps the tools from animating what is a file here; NO_COLOR keeps it readable.
  const mark = randomUUID();
  const env = { ...process.env, AXION_TEST_CHECK: mark, CI: 'true', NO_COLOR: '1', FORCE_COLOR: undefined, TURBO_TELEMETRY_DISABLED: '1' };
  const child = spawn(program, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (coloured) => {
      // Some tools colour whatever they are told.
      const line = stripVTControlCharacters(coloured);
      record.write(`${line}\n`);
      lines.push(line);
      onLine(line);
    });
  }
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  child.once('error', (error) => {
    lines.push(error.message);
    resolve(null);
    close();
  });
  child.once('exit', (code) => resolve(code));
  child.once('close', () => close());
  const end = (how: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, how);
    } catch {
      // It has ended.
    }
  };
  const onAbort = (): void => {
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), 10_000).unref();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const code = await promise;
  await Promise.race([closed, delay(AFTER_EXIT_MS, undefined, { ref: false })]);
  const left = endLeftovers('AXION_TEST_CHECK', mark);
  await closed;
  signal.removeEventListener('abort', onAbort);
  await new Promise((done) => record.end(done));
  signal.throwIfAborted();
  return { ok: code === 0, output: lines.join('\n'), log, left };
};
