// The commands that a script started, so that none outlives it.
import { spawn } from 'node:child_process';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * Each command runs in a process group of its own; `stop` ends every group that is left. A package installation is not
 * cut short, because half an installation is worse than a second's wait: it is let finish.
 */
export class Children {
  /** @type {Map<ChildProcess, boolean>} child → whether it may be interrupted */
  #running = new Map();
  #stopping = false;

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {import('node:child_process').SpawnOptions & { interruptible?: boolean }} [options]
   * @returns {ChildProcess}
   */
  spawn(command, args, { interruptible = true, ...options } = {}) {
    if (this.#stopping) throw new Error('interrupted');
    const child = spawn(command, args, { ...options, detached: true });
    this.#running.set(child, interruptible);
    const forget = () => this.#running.delete(child);
    child.once('error', forget);
    child.once('close', forget);
    return child;
  }

  /** Ends all that is left, SIGTERM first and SIGKILL after `graceMs`, and waits for it. */
  async stop(graceMs = 10_000) {
    this.#stopping = true;
    const waits = [...this.#running].map(async ([child, interruptible]) => {
      const closed = new Promise((resolve) => child.once('close', resolve));
      if (interruptible) signalGroup(child, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), interruptible ? graceMs : 300_000);
      await closed;
      clearTimeout(timer);
    });
    await Promise.all(waits);
  }
}

/** @param {ChildProcess} child @param {NodeJS.Signals} signal */
const signalGroup = (child, signal) => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended meanwhile.
  }
};
