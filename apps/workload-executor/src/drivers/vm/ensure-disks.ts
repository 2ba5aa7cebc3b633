import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AxionError } from '@axion/core';
import type { DiskConfig } from '../../workload/spec.ts';
import type { VolumeDisk } from '../volumes/volume-driver.ts';
import type { ImageInfo } from './disk-image.ts';
import { placeOf, refuseTaken, refuseUnknown } from './disk-place.ts';
import type { PlacedDisk } from './disk-place.ts';
import { createImage, GB, growImage, imageInfo } from './disk-image.ts';
import type { Domain } from './domain.ts';
import { noteMade } from './made-disks.ts';
import type { Virsh } from './virsh.ts';
import { diskFormat, diskPath, isCdrom } from './wanted-disks.ts';


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
 * @param folder of the machine
 * @param standing the domain as it is defined now: formats of its disks were agreed on then
 * @param beside what other domains have as disks that they write
 */
export const planDisks = async (disks: readonly DiskConfig[], folder: string, standing: Domain | undefined, beside: () => Promise<readonly string[]>, signal: AbortSignal): Promise<readonly DiskStep[]> => {
  const steps: DiskStep[] = [];
  let others: readonly string[] | undefined;
  for (const [index, disk] of disks.entries()) {
    const path = diskPath(disk, index, folder);
    const placed: PlacedDisk = { field: `spec.vm.disks[${index}].path`, path, use: isCdrom(disk) ? 'read' : 'write', folder };
    const place = await placeOf(placed);
    const there = place !== 'absent';
    if (isCdrom(disk)) {
      if (place === 'unknown') refuseUnknown(placed, 'raw');
      if (!there) throw refuse(index, `is the image ${path}, which is not there`);
      continue;
    }
    if (place !== 'own') {
      others ??= await beside();
      await refuseTaken(placed, others);
    }
    const format = diskFormat(disk);
    if (!there) {
      if (disk.sizeGb === 0) throw refuse(index, `is ${path}, which is not there, and has no size_gb to be made with`);
      steps.push({ path, format, sizeGb: disk.sizeGb, action: 'create' });
      continue;
    }
    const known = standing?.disks.find(({ source }) => source?.path === path)?.format;
    const info = await imageInfo(path, known, signal);
    if (place === 'unknown' && known === undefined && info.format !== 'qcow2') refuseUnknown(placed, info.format);
    await checkChain(placed, info, signal);
    if (info.format !== format) throw refuse(index, `is ${path}, a disk of format ${info.format}; the spec says ${format}`);
    if (disk.sizeGb > 0 && disk.sizeGb * GB < info.virtualBytes) {
      throw refuse(index, `is ${path}, which has ${Math.ceil(info.virtualBytes / GB)} GB; a disk does not shrink to the ${disk.sizeGb} GB of size_gb`);
    }
    steps.push({ path, format, sizeGb: disk.sizeGb, action: disk.sizeGb * GB > info.virtualBytes ? 'grow' : 'keep' });
  }
  await checkRoom(steps);
  return steps;
};

const MAX_CHAIN = 16;

/** What an image continues is read by the guest, so it has to be an image of its own standing: a guest can write any name into a raw disk that is read as qcow2 later. */
const checkChain = async (disk: PlacedDisk, image: ImageInfo, signal: AbortSignal): Promise<void> => {
  let info = image;
  for (let length = 0; info.backing !== undefined || info.external; length += 1) {
    const below: PlacedDisk = { ...disk, path: info.backing ?? 'a file for its data', use: 'read' };
    if (info.external || !below.path.startsWith('/') || length === MAX_CHAIN) throw new AxionError('INVALID_ARGUMENT', `${disk.field} is ${disk.path}, which continues ${below.path.slice(0, 200)}; it takes an image that is whole or continues another file`, { reason: 'INVALID_SPEC', retryable: false, details: { field: disk.field } });
    const place = await placeOf(below);
    info = await imageInfo(below.path, undefined, signal);
    if (place === 'unknown' && info.format !== 'qcow2') refuseUnknown(below, info.format);
  }
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

/** Makes and grows, for the machine of that folder. A disk of a running domain is grown through its QEMU, which tells the guest. */
export const applyDisks = async (steps: readonly DiskStep[], folder: string, running: Domain | undefined, virsh: Virsh, signal: AbortSignal): Promise<void> => {
  for (const { path, format, sizeGb, action, inPool = false } of steps) {
    if (action === 'create' && (await createImage(path, format, sizeGb, signal))) await noteMade(folder, path);
    if (action !== 'grow') continue;
    const used = running?.disks.find(({ source }) => source?.path === path);
    if (used === undefined && inPool) await virsh.run(`grow disk ${path}`, ['vol-resize', path, `${sizeGb}G`], signal);
    else if (running === undefined || used === undefined) await growImage(path, format, sizeGb, signal);
    else await virsh.run(`grow disk ${used.target} of ${running.name}`, ['blockresize', running.name, used.target, `${sizeGb}G`], signal);
  }
};
