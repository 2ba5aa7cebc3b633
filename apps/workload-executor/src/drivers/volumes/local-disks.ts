import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage, imageExists, imageInfo } from '../vm/disk-image.ts';
import type { DiskVolumeDriver, OwnVolume } from './volume-driver.ts';
import { IMAGE_FORMAT, isReadOnly, refuseShrink } from './volume-driver.ts';


/** Volumes as images in the workload's own folder: a size is the disk's, so it is kept by QEMU itself. @param folder `[workloads].volumes_dir` */
export const localDisks = (folder: string): DiskVolumeDriver => {
  const pathOf = (workload: string, name: string): string => join(folder, workload, 'volumes', `${name}.${IMAGE_FORMAT}`);
  const check = async ({ workload, volume }: OwnVolume, signal: AbortSignal): Promise<void> => {
    const path = pathOf(workload, volume.name);
    if (await imageExists(path)) refuseShrink(volume, (await imageInfo(path, IMAGE_FORMAT, signal)).virtualBytes);
  };
  return {
    check,
    provide: async ({ workload, volume }, signal) => {
      const path = pathOf(workload, volume.name);
      if (!(await imageExists(path))) await createImage(path, IMAGE_FORMAT, volume.sizeGb, signal);
      const { virtualBytes } = await imageInfo(path, IMAGE_FORMAT, signal);
      return { name: volume.name, source: { kind: 'file', path }, format: IMAGE_FORMAT, readOnly: isReadOnly(volume), sizeGb: volume.sizeGb, virtualBytes, remote: false };
    },
    attach: async () => undefined,
    detach: async () => undefined,
    remove: async ({ workload, marked }) => rm(pathOf(workload, marked.name), { force: true }),
  };
};
