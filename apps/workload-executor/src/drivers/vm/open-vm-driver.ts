import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import { DiskVolumes } from '../volumes/disk-volumes.ts';
import { localDisks } from '../volumes/local-disks.ts';
import { nfsDisks } from '../volumes/nfs-disks.ts';
import { rbdDisks } from '../volumes/rbd-disks.ts';
import type { MarkedVolume } from './domain.ts';
import { Domains } from './domains.ts';
import { detectVirtType } from './virt-type.ts';
import { Virsh } from './virsh.ts';
import { VmDriver } from './vm-driver.ts';

export interface OpenVmDriverOptions {
  /** `[workloads].libvirt_uri`. */
  readonly uri: string;
  /** `[workloads].volumes_dir`. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Default: found out by running a guest. */
  readonly virtType?: (signal: AbortSignal) => Promise<'kvm' | 'qemu'>;
  /** Default: a minute. */
  readonly graceMs?: number;
}

const VIRSH_DEADLINE_MS = 60_000;
const GRACE_MS = 60_000;

/** Virtual machines of a libvirt. */
export const openVmDriver = ({ uri, folder, env, clock, log, virtType, graceMs = GRACE_MS }: OpenVmDriverOptions): VmDriver => {
  const virsh = new Virsh({ uri, deadlineMs: VIRSH_DEADLINE_MS, env, home: folder });
  let found: Promise<'kvm' | 'qemu'> | undefined;
  const detect = async (signal: AbortSignal): Promise<'kvm' | 'qemu'> => {
    found ??= detectVirtType(virsh, clock, folder, signal);
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw error;
    }
  };
  const domains = new Domains(virsh);
  const marked = async (signal: AbortSignal): Promise<readonly MarkedVolume[]> => [...(await domains.ours(signal)).values()].flatMap(({ defined }) => defined.mark?.volumes ?? []);
  const volumes = new DiskVolumes({ local: localDisks(folder), nfs: nfsDisks({ virsh, folder, marked }), 'ceph-rbd': rbdDisks() });
  return new VmDriver({ virsh, domains, folder, volumes, virtType: virtType ?? detect, clock, log, graceMs });
};
