import { statfs } from 'node:fs/promises';
import type { Engine } from '@axion/docker-engine';
import { diskUsedPercent } from '../../admission/disk-use.ts';

export interface DiskFill {
  readonly usedPercent: number;
  readonly freeBytes: number;
}

/**
 * How full the disk is that images fill. The engine says where that is, once; `undefined`: it is not a disk of this host,
 * or not known.
 */
export const engineDisk = (engine: Pick<Engine, 'swarm'>): ((signal: AbortSignal) => Promise<DiskFill | undefined>) => {
  let place: string | undefined;
  return async (signal) => {
    place ??= (await engine.swarm.info(signal)).rootDir;
    const disk = place === '' ? undefined : await statfs(place).catch(() => undefined);
    return disk === undefined || disk.blocks === 0 ? undefined : { usedPercent: diskUsedPercent(disk), freeBytes: disk.bavail * disk.bsize };
  };
};
