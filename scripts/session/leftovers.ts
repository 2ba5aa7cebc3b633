import { readFileSync, readdirSync } from 'node:fs';

/**
 * Ends the processes whose environment carries `variable=value`, which every descendant of the one that was given it does,
 * however it detached itself.
 *
 * @param folder also ends each nats-server whose configuration is in here: it is given no environment
 * @returns each as `PID COMMAND`
 */
export const endLeftovers = (variable: string, value: string, folder?: string): readonly string[] => {
  const mark = Buffer.from(`\0${variable}=${value}\0`);
  const ended: string[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const environment = Buffer.concat([Buffer.of(0), readFileSync(`/proc/${pid}/environ`), Buffer.of(0)]);
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const command = args.join(' ').trim();
      // A process that has ended and waits to be collected has no command line any more.
      const ours = environment.includes(mark) || (folder !== undefined && isBusIn(folder, args));
      if (!ours || command === '') continue;
      process.kill(pid, 'SIGKILL');
      ended.push(`${pid} ${command.slice(0, 120)}`);
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  return ended;
};

const isBusIn = (folder: string, args: readonly string[]): boolean => args[0]?.endsWith('nats-server') === true && args.some((arg) => arg.startsWith(`${folder}/`));
