import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { Domains } from './domains.ts';
import type { Virsh } from './virsh.ts';
import type { DiskVolumes } from '../volumes/disk-volumes.ts';

/** What keeping virtual machines takes. */
export interface VmParts {
  readonly virsh: Virsh;
  readonly domains: Domains;
  /** `[workloads].volumes_dir`: a folder for each machine, with its disks, seed and console. */
  readonly folder: string;
  readonly volumes: DiskVolumes;
  /** Whether guests run on KVM; found out once. */
  readonly virtType: (signal: AbortSignal) => Promise<'kvm' | 'qemu'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between asking a guest to shut down and switching it off, milliseconds. */
  readonly graceMs: number;
}
