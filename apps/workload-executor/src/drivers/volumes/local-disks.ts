import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError } from '@axion/core';
import { createImage, imageExists, imageInfo } from '../vm/disk-image.ts';
import type { DiskVolumeDriver, OwnVolume } from './volume-driver.ts';
import { isReadOnly } from './volume-driver.ts';

const GB = 1024 ** 3;
const FORMAT = 'qcow2';

/** A volume as an image in a folder: its size is the disk's, so it is kept by QEMU itself. */
export const imageVolume = {
  provide: async (path: string, { volume }: OwnVolume, signal: AbortSignal): Promise<void> => {
    if (!(await imageExists(path))) await createImage(path, FORMAT, volume.sizeGb, signal);
  },
  check: async (path: string, { volume }: OwnVolume, signal: AbortSignal): Promise<void> => {
    if (!(await imageExists(path))) return;
    const { virtualBytes } = await imageInfo(path, FORMAT, signal);
    if (virtualBytes <= volume.sizeGb * GB) return;
    throw new AxionError('FAILED_PRECONDITION', `managed volume ${volume.name} has ${Math.ceil(virtualBytes / GB)} GB; it does not shrink to the ${volume.sizeGb} GB of size_gb`, { reason: 'STORAGE_ERROR', retryable: false });
  },
  format: FORMAT,
} as const;

/** Volumes in the workload's own folder. @param folder `[workloads].volumes_dir` */
export const localDisks = (folder: string): DiskVolumeDriver => {
  const pathOf = (workload: string, name: string): string => join(folder, workload, 'volumes', `${name}.${FORMAT}`);
  return {
    check: (own, signal) => imageVolume.check(pathOf(own.workload, own.volume.name), own, signal),
    provide: async (own, signal) => {
      const path = pathOf(own.workload, own.volume.name);
      await imageVolume.provide(path, own, signal);
      return { name: own.volume.name, source: { kind: 'file', path }, format: FORMAT, readOnly: isReadOnly(own.volume), sizeGb: own.volume.sizeGb };
    },
    attach: async () => undefined,
    detach: async () => undefined,
    remove: async ({ workload, marked }) => rm(pathOf(workload, marked.name), { force: true }),
  };
};
