// How every script here starts and ends.
import { Children } from './children.mjs';
import { SetupFailure } from './failure.mjs';

/**
 * Runs a script's set-up; however it ends (done, failed, Ctrl-C, SIGTERM), no command that it started is left running.
 *
 * @template T
 * @param {(children: Children) => Promise<T>} work
 * @returns {Promise<T | undefined>} nothing when it failed or was interrupted; the exit code is set then
 */
export const withChildren = async (work) => {
  const children = new Children();
  /** @type {NodeJS.Signals | undefined} */
  let interrupted;
  /** @type {Promise<void> | undefined} */
  let stopped;
  const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
    if (interrupted !== undefined) return;
    interrupted = signal;
    process.stderr.write(`\n${signal}: stopping what was started …\n`);
    stopped = children.stop();
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, interrupt);
  endWithNpm();
  try {
    return await work(children);
  } catch (error) {
    process.exitCode = 1;
    if (interrupted === undefined) process.stderr.write(`\n${describe(error)}\n`);
  } finally {
    await (stopped ?? children.stop());
    for (const signal of signals) process.off(signal, interrupt);
    if (interrupted !== undefined) process.exitCode = interrupted === 'SIGINT' ? 130 : 143;
  }
  return undefined;
};

/** npm that is ended itself passes a signal on to its shell alone, which takes it to the grave: to this process its parent is gone then. */
const endWithNpm = () => {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
};

/** @param {unknown} error */
const describe = (error) => {
  if (error instanceof SetupFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
