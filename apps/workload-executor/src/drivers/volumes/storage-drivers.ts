import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/** The program without which a driver cannot work. */
const PROGRAMS = { nfs: 'mount.nfs', 'ceph-rbd': 'rbd' } as const;
/** Where programs of the administrator are, also when `PATH` leaves them out. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const isInstalled = async (program: string, path: string): Promise<boolean> => {
  for (const folder of [...path.split(':').filter(Boolean), ...SYSTEM]) {
    if (await access(join(folder, program), constants.X_OK).then(() => true, () => false)) return true;
  }
  return false;
};

/** The drivers of managed volumes that work on this node; `local` always does. */
export const storageDrivers = async (path: string): Promise<readonly string[]> => {
  const found = await Promise.all(Object.entries(PROGRAMS).map(async ([driver, program]) => ((await isInstalled(program, path)) ? [driver] : [])));
  return ['local', ...found.flat()];
};
