import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageVolume } from './local-disks.ts';
import { nfsSource } from './nfs-source.ts';
import { storageProgram } from './storage-program.ts';
import type { DiskVolumeDriver } from './volume-driver.ts';
import { isReadOnly } from './volume-driver.ts';

/** Mount points escape spaces and the like as octal numbers. */
const isMounted = async (place: string): Promise<boolean> => {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const escaped = place.replaceAll(/[\s\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return mounts.split('\n').some((line) => line.split(' ')[1] === escaped);
};

/** Volumes as images on an NFS export, which is mounted for each workload. @param folder `[workloads].volumes_dir` */
export const nfsDisks = (folder: string): DiskVolumeDriver => {
  const placeOf = (workload: string, name: string): string => join(folder, workload, 'mounts', name);
  const imageOf = (workload: string, name: string): string => join(placeOf(workload, name), `${workload}-${name}.${imageVolume.format}`);
  const mount = async (workload: string, name: string, fsType: string, signal: AbortSignal): Promise<void> => {
    const { server, path, version, port } = nfsSource(name, fsType);
    const more = `${version === undefined ? '' : `,nfsvers=${version}`}${port === undefined ? '' : `,port=${port}`}`;
    const from = `${server.includes(':') ? `[${server}]` : server}:${path}`;
    const place = placeOf(workload, name);
    if (await isMounted(place)) return;
    await mkdir(place, { recursive: true, mode: 0o711 });
    // `soft`: a server that is gone gives errors in the end instead of processes that cannot be killed.
    await storageProgram(`mount ${from}`, 'mount', ['-t', 'nfs', '-o', `soft,timeo=100,retrans=3${more}`, from, place], signal);
  };
  return {
    check: async ({ volume }, signal) => {
      nfsSource(volume.name, volume.fsType);
      await storageProgram('use NFS volumes', 'mount.nfs', ['-V'], signal);
    },
    provide: async (own, signal) => {
      const { workload, volume } = own;
      await mount(workload, volume.name, volume.fsType, signal);
      const path = imageOf(workload, volume.name);
      await imageVolume.check(path, own, signal);
      await imageVolume.provide(path, own, signal);
      return { name: volume.name, source: { kind: 'file', path }, format: imageVolume.format, readOnly: isReadOnly(volume), sizeGb: volume.sizeGb };
    },
    attach: ({ workload, marked }, signal) => mount(workload, marked.name, marked.source, signal),
    detach: async ({ workload, marked }, signal) => {
      const place = placeOf(workload, marked.name);
      if (await isMounted(place)) await storageProgram(`unmount ${place}`, 'umount', [place], signal);
      await rmdir(place).catch(() => undefined);
    },
    remove: async ({ workload, marked }, signal) => {
      await mount(workload, marked.name, marked.source, signal);
      await rm(imageOf(workload, marked.name), { force: true });
      const place = placeOf(workload, marked.name);
      await storageProgram(`unmount ${place}`, 'umount', [place], signal);
      await rmdir(place).catch(() => undefined);
    },
  };
};
