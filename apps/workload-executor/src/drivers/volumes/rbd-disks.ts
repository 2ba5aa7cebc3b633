import { GB } from '../vm/disk-image.ts';
import { checkRbd, mapRbd, provideRbd, rbdImage, removeRbd, unmapRbd } from './rbd-image.ts';
import type { DiskVolumeDriver } from './volume-driver.ts';
import { isReadOnly } from './volume-driver.ts';

/** Volumes as images of a Ceph cluster, mapped as block devices of the host. */
export const rbdDisks = (): DiskVolumeDriver => ({
  check: (_own, signal) => checkRbd(signal),
  provide: async ({ workload, volume }, signal) => {
    const image = rbdImage(workload, volume.name, volume.fsType);
    await provideRbd(image, volume.sizeGb, signal);
    await mapRbd(image, signal);
    // The number of the device changes with every boot; this name of it does not.
    return { name: volume.name, source: { kind: 'block', path: `/dev/rbd/${image}` }, format: 'raw', readOnly: isReadOnly(volume), sizeGb: volume.sizeGb, virtualBytes: volume.sizeGb * GB, remote: true };
  },
  attach: async ({ workload, marked }, signal) => void (await mapRbd(rbdImage(workload, marked.name, marked.source), signal)),
  detach: ({ workload, marked }, signal) => unmapRbd(rbdImage(workload, marked.name, marked.source), signal),
  remove: async ({ workload, marked }, signal) => {
    const image = rbdImage(workload, marked.name, marked.source);
    await unmapRbd(image, signal);
    await removeRbd(image, signal);
  },
});
