import { readdir, readFile } from 'node:fs/promises';

/** In the environment of every program that changes something: the process it works for. */
export const OWNER_VARIABLE = 'AXION_WORK_OF';

/** `HOME PID`: the folder names the agent, of which there may be several on a host. */
export const ownerMark = (home: string): string => `${home} ${process.pid}`;

/**
 * Ends programs that a killed run of this agent left behind: nobody waits for what they do, and what they still do would
 * meet what is done now.
 *
 * @returns how many there were
 */
export const endStrayPrograms = async (home: string): Promise<number> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const strays = await Promise.all(pids.map(async (pid) => ((await isStray(pid, home)) ? [pid] : [])));
  for (const pid of strays.flat()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  return strays.flat().length;
};

const isStray = async (pid: number, home: string): Promise<boolean> => {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const mark = environment.split('\0').find((entry) => entry.startsWith(`${OWNER_VARIABLE}=${home} `));
  return mark !== undefined && Number(mark.split(' ').at(-1)) !== process.pid;
};
