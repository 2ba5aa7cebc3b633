import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { BusLog } from '../bus-log.ts';

const POLL_MS = 50;
const GIVE_UP_MS = 5000;

/**
 * Ends a nats-server that runs with our configuration file and was left behind when its supervisor was killed: two
 * servers must not share a store. Does nothing where there is no `/proc`.
 */
export const endStaleServer = async (configFile: string, log: BusLog): Promise<void> => {
  for (const pid of await serversWith(configFile)) {
    log.warn({ pid }, 'ending a nats-server that a former run left behind');
    const deadline = performance.now() + GIVE_UP_MS;
    while (alive(pid, performance.now() < deadline ? 'SIGTERM' : 'SIGKILL')) await delay(POLL_MS);
  }
};

const serversWith = async (configFile: string): Promise<readonly number[]> => {
  const processes = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    processes.map(async (pid) => {
      const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      return args[0]?.endsWith('nats-server') && args.includes(configFile) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
};

const alive = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};
