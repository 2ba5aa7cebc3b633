// Running a command: its output goes to a log file, its last lines into the error.
import { accessSync, constants, createWriteStream, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { SetupFailure } from './failure.mjs';
import { logs } from './paths.mjs';

/** @typedef {import('./children.mjs').Children} Children */

/** Debian keeps daemons in the sbin folders, which a login without root's profile does not search; Go's own archive goes to /usr/local/go. */
export const ALSO_SEARCHED = ['/usr/sbin', '/sbin', '/usr/local/go/bin'];

/**
 * The program's full path when it is on `PATH`.
 *
 * @param {string} program
 * @returns {string | undefined}
 */
export const which = (program) =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .concat(ALSO_SEARCHED)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/**
 * Runs a command to its end and gives what it printed on standard output.
 *
 * @param {Children} children
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, onLine?: (line: string) => void, log?: string, interruptible?: boolean }} [options]
 *   `log` names the file under `.dev/logs` that keeps the whole output
 * @returns {Promise<string>}
 */
export const run = async (children, command, args, options = {}) => {
  const { cwd, env, onLine, log = command.split('/').at(-1), interruptible = true } = options;
  mkdirSync(logs, { recursive: true });
  const file = join(logs, `${log}.log`);
  const record = createWriteStream(file);
  const child = children.spawn(command, args, {
    interruptible,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  /** @type {string[]} */
  const tail = [];
  /** @type {string[]} */
  const output = [];
  const follow = (/** @type {string} */ line) => {
    record.write(`${line}\n`);
    tail.push(line);
    if (tail.length > 20) tail.shift();
    onLine?.(line);
  };
  readLines(child.stdout, (line) => {
    output.push(line);
    follow(line);
  });
  readLines(child.stderr, follow);
  const { code, signal, error } = await new Promise((resolve) => {
    child.once('error', (spawnError) => resolve({ code: null, signal: null, error: spawnError }));
    child.once('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal, error: undefined }));
  });
  await new Promise((resolve) => record.end(resolve));
  if (code === 0) return output.join('\n');
  const how = error === undefined ? (signal ?? `exit code ${code}`) : error.message;
  const last = tail.map((line) => `    ${line}`).join('\n');
  throw new SetupFailure(`"${[command, ...args].join(' ')}" failed (${how}); all it printed is in ${file}, its last lines:\n${last}`);
};

/** @param {import('node:stream').Readable | null} stream @param {(line: string) => void} onLine */
const readLines = (stream, onLine) => {
  if (stream !== null) createInterface({ input: stream }).on('line', onLine);
};
