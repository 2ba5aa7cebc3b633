import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The least version that units are written for; also taken where there is no systemd at all. */
export const LEAST_SYSTEMD = 247;

/** The version of this host's systemd. */
export const systemdVersion = async (): Promise<number> => {
  try {
    const { stdout } = await promisify(execFile)('systemctl', ['--version']);
    return Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? LEAST_SYSTEMD);
  } catch {
    return LEAST_SYSTEMD;
  }
};
