import type { ServiceNotifier } from './notify.ts';

/** Beats in each period that the manager allows: two may be lost. */
const BEATS_PER_PERIOD = 3;

/** The time between beats that the manager asks of this process, in milliseconds; `undefined`: no watchdog. */
export const watchdogInterval = (env: NodeJS.ProcessEnv, pid: number): number | undefined => {
  const micros = Number(env['WATCHDOG_USEC']);
  const meant = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(pid);
  return meant && Number.isSafeInteger(micros) && micros > 0 ? micros / 1000 / BEATS_PER_PERIOD : undefined;
};

/**
 * Beats from a timer of the event loop until disposed: a process whose loop hangs stops beating and is killed and started
 * again by its manager.
 */
export const watchdog = (env: NodeJS.ProcessEnv, notify: ServiceNotifier): Disposable => {
  const interval = watchdogInterval(env, process.pid);
  const timer = interval === undefined ? undefined : setInterval(() => notify.alive(), interval).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
