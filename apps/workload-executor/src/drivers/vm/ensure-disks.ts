import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AxionError } from '@axion/core';
import type { DiskConfig } from '../../workload/spec.ts';
import type { VolumeDisk } from '../volumes/volume-driver.ts';
import { createImage, growImage, imageExists, imageInfo } from './disk-image.ts';
import type { Domain } from './domain.ts';
import type { Virsh } from './virsh.ts';
import { diskFormat, diskPath, isCdrom } from './wanted-disks.ts';

const GB = 1024 ** 3;

/** A file disk of a spec, with what is to be done about it. */
export interface DiskStep {
  readonly path: string;
  readonly format: string;
  readonly sizeGb: number;
  readonly action: 'create' | 'grow' | 'keep';
  /** Of a storage pool: only libvirt may touch it. */
  readonly inPool?: boolean;
}

const refuse = (index: number, what: string, reason = 'STORAGE_ERROR'): AxionError =>
  new AxionError('FAILED_PRECONDITION', `spec.vm.disks[${index}] ${what}`, { reason, retryable: false, details: { field: `spec.vm.disks[${index}]` } });

/**
 * What is to be done about the disks of a spec; changes nothing. What exists stays, whatever the spec says: it grows and
 * never shrinks, and is not read as another format than it has.
 *
 * @param standing the domain as it is defined now: formats of its disks were agreed on then
 */
export const planDisks = async (disks: readonly DiskConfig[], folder: string, standing: Domain | undefined, signal: AbortSignal): Promise<readonly DiskStep[]> => {
  const steps: DiskStep[] = [];
  for (const [index, disk] of disks.entries()) {
    const path = diskPath(disk, index, folder);
    const there = await imageExists(path);
    if (isCdrom(disk)) {
      if (!there) throw refuse(index, `is the image ${path}, which is not there`);
      continue;
    }
    const format = diskFormat(disk);
    if (!there) {
      if (disk.sizeGb === 0) throw refuse(index, `is ${path}, which is not there, and has no size_gb to be made with`);
      steps.push({ path, format, sizeGb: disk.sizeGb, action: 'create' });
      continue;
    }
    const known = standing?.disks.find(({ source }) => source?.path === path)?.format;
    const info = await imageInfo(path, known, signal);
    if (info.format !== format) throw refuse(index, `is ${path}, a disk of format ${info.format}; the spec says ${format}`);
    if (disk.sizeGb > 0 && disk.sizeGb * GB < info.virtualBytes) {
      throw refuse(index, `is ${path}, which has ${Math.ceil(info.virtualBytes / GB)} GB; a disk does not shrink to the ${disk.sizeGb} GB of size_gb`);
    }
    steps.push({ path, format, sizeGb: disk.sizeGb, action: disk.sizeGb * GB > info.virtualBytes ? 'grow' : 'keep' });
  }
  await checkRoom(steps);
  return steps;
};

/** Managed volumes that are smaller than asked for. Those on Ceph grew when they were provided. Pure. */
export const planVolumes = (volumes: readonly VolumeDisk[]): readonly DiskStep[] =>
  volumes.flatMap(({ source, format, sizeGb, readOnly, virtualBytes, remote }): readonly DiskStep[] =>
    source.kind === 'block' || readOnly || virtualBytes >= sizeGb * GB ? [] : [{ path: source.path, format, sizeGb, action: 'grow', inPool: remote }]);

/** qcow2 and raw both begin sparse; what can be told beforehand is that a disk could never be filled. */
const checkRoom = async (steps: readonly DiskStep[]): Promise<void> => {
  for (const { path, sizeGb, action } of steps) {
    if (action !== 'create') continue;
    const disk = await statfs(dirname(path)).catch(() => undefined);
    if (disk === undefined || sizeGb * GB <= disk.blocks * disk.bsize) continue;
    throw new AxionError('RESOURCE_EXHAUSTED', `disk ${path} of ${sizeGb} GB does not fit: the whole file system has ${Math.floor((disk.blocks * disk.bsize) / GB)} GB`, { reason: 'INSUFFICIENT_RESOURCES', retryable: false });
  }
};

/** Makes and grows. A disk of a running domain is grown through its QEMU, which tells the guest. */
export const applyDisks = async (steps: readonly DiskStep[], running: Domain | undefined, virsh: Virsh, signal: AbortSignal): Promise<void> => {
  for (const { path, format, sizeGb, action, inPool = false } of steps) {
    if (action === 'create') await createImage(path, format, sizeGb, signal);
    if (action !== 'grow') continue;
    const used = running?.disks.find(({ source }) => source?.path === path);
    if (used === undefined && inPool) await virsh.run(`grow disk ${path}`, ['vol-resize', path, `${sizeGb}G`], signal);
    else if (running === undefined || used === undefined) await growImage(path, format, sizeGb, signal);
    else await virsh.run(`grow disk ${used.target} of ${running.name}`, ['blockresize', running.name, used.target, `${sizeGb}G`], signal);
  }
};
