// After the set-up the work goes on in the pinned Node, where TypeScript runs as it is.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { pinnedNode } from './toolchain.mjs';

/**
 * Runs a program of the checkout to its end and ends as it did. Signals go on to it: it stops what it started and then
 * itself, so this process only waits.
 *
 * @param {string} program path from the checkout's root
 * @param {readonly string[]} args
 * @param {Record<string, string>} env added to this process's own
 */
export const handOver = async (program, args, env) => {
  const child = spawn(pinnedNode(), [join(root, program), ...args], { cwd: process.cwd(), stdio: 'inherit', env: { ...process.env, ...env }, detached: true });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    // As a shell says it: 128 and the signal's number.
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
};
