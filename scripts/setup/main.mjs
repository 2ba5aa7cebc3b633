// How every script here starts and ends.
import { Children } from './children.mjs';
import { SetupFailure } from './failure.mjs';

/**
 * Runs a script's work; however it ends (done, failed, Ctrl-C, SIGTERM), no command that it started is left running.
 *
 * @param {(children: Children) => Promise<void>} work
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
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt);
  try {
    await work(children);
  } catch (error) {
    process.exitCode = 1;
    if (interrupted === undefined) process.stderr.write(`\n${describe(error)}\n`);
  } finally {
    await (stopped ?? children.stop());
  }
  if (interrupted !== undefined) process.exitCode = interrupted === 'SIGINT' ? 130 : 143;
};

/** @param {unknown} error */
const describe = (error) => {
  if (error instanceof SetupFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
