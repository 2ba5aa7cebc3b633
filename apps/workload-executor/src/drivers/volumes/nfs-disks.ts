import { join } from 'node:path';
import type { MarkedVolume } from '../vm/domain.ts';
import { nfsSource } from './nfs-source.ts';
import { NfsPools } from './nfs-pools.ts';
import type { NfsPoolsOptions } from './nfs-pools.ts';
import { storageProgram } from './storage-program.ts';
import type { DiskVolumeDriver } from './volume-driver.ts';
import { IMAGE_FORMAT, isReadOnly, refuseShrink } from './volume-driver.ts';


/** `+` is in no id: what `a` has as `b-c` is not what `a-b` has as `c`. */
const imageName = (workload: string, name: string): string => `${workload}+${name}.${IMAGE_FORMAT}`;

export interface NfsDisksOptions extends Omit<NfsPoolsOptions, 'inUse'> {
  /** Volumes of all machines that are defined. */
  readonly marked: (signal: AbortSignal) => Promise<readonly MarkedVolume[]>;
}

/** Volumes as images on NFS exports. */
export const nfsDisks = ({ marked, ...options }: NfsDisksOptions): DiskVolumeDriver => {
  const sourceOf = ({ name, source }: MarkedVolume): ReturnType<typeof nfsSource> => nfsSource(name, source);
  const pools = new NfsPools({ ...options, inUse: async (signal) => (await marked(signal)).filter(({ driver }) => driver === 'nfs').map(sourceOf) });
  return {
    check: async ({ volume }, signal) => {
      nfsSource(volume.name, volume.fsType);
      await storageProgram('use NFS volumes', 'mount.nfs', ['-V'], signal);
    },
    provide: async ({ workload, volume }, signal) => {
      const source = nfsSource(volume.name, volume.fsType);
      const image = imageName(workload, volume.name);
      const virtualBytes = await pools.provide(source, image, volume.sizeGb, signal);
      refuseShrink(volume, virtualBytes);
      return { name: volume.name, source: { kind: 'file', path: join(pools.of(source).path, image) }, format: IMAGE_FORMAT, readOnly: isReadOnly(volume), sizeGb: volume.sizeGb, virtualBytes, remote: true };
    },
    // A guest that waits for its server would only wait again.
    attach: ({ marked: volume }, signal) => pools.reach(sourceOf(volume), signal),
    detach: ({ marked: volume }, signal) => pools.close(sourceOf(volume), signal),
    remove: async ({ workload, marked: volume }, signal) => {
      const source = sourceOf(volume);
      await pools.remove(source, imageName(workload, volume.name), signal);
      await pools.close(source, signal);
    },
  };
};
