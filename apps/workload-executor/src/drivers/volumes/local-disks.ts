import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage, imageExists, imageInfo } from '../vm/disk-image.ts';
import type { DiskVolumeDriver, OwnVolume } from './volume-driver.ts';
import { isReadOnly, refuseShrink } from './volume-driver.ts';

const FORMAT = 'qcow2';

/** Volumes as images in the workload's own folder: a size is the disk's, so it is kept by QEMU itself. @param folder `[workloads].volumes_dir` */
export const localDisks = (folder: string): DiskVolumeDriver => {
  const pathOf = (workload: string, name: string): string => join(folder, workload, 'volumes', `${name}.${FORMAT}`);
  const check = async ({ workload, volume }: OwnVolume, signal: AbortSignal): Promise<void> => {
    const path = pathOf(workload, volume.name);
    if (await imageExists(path)) refuseShrink(volume, (await imageInfo(path, FORMAT, signal)).virtualBytes);
  };
  return {
    check,
    provide: async ({ workload, volume }, signal) => {
      const path = pathOf(workload, volume.name);
      if (!(await imageExists(path))) await createImage(path, FORMAT, volume.sizeGb, signal);
      const { virtualBytes } = await imageInfo(path, FORMAT, signal);
      return { name: volume.name, source: { kind: 'file', path }, format: FORMAT, readOnly: isReadOnly(volume), sizeGb: volume.sizeGb, virtualBytes, remote: false };
    },
    attach: async () => undefined,
    detach: async () => undefined,
    remove: async ({ workload, marked }) => rm(pathOf(workload, marked.name), { force: true }),
  };
};
