import type { AnySpec, DesiredState } from '../workload/spec.ts';
import { memoryOf } from './admit.ts';

/** What workloads were promised. Memory and disk in bytes. */
export interface Allocated {
  readonly cpuMillicores: number;
  readonly memory: number;
  readonly disk: number;
}

/** A workload on record, as it is or is to be. */
export interface Promised {
  readonly desired: DesiredState;
  readonly share: Allocated;
}

const GB = 1024 ** 3;

/** Schedulers write a processor as a thousand shares. */
const cpuOf = ({ type, spec }: AnySpec): number => (type === 'container' ? (spec.resources?.cpuShares ?? 0) : type === 'vm' ? spec.vcpus * 1000 : 0);

const diskOf = ({ type, spec }: AnySpec): number => {
  if (type === 'compose') return 0;
  const volumes = spec.managedVolumes.reduce((sum, { sizeGb }) => sum + sizeGb, 0);
  const disks = type === 'vm' ? spec.disks.reduce((sum, { sizeGb }) => sum + sizeGb, 0) : 0;
  return (volumes + disks) * GB;
};

/** What a container or a machine names for itself; a limit that it does not name is none. Pure. */
export const shareOf = (workload: AnySpec): Allocated => ({ cpuMillicores: cpuOf(workload), memory: memoryOf(workload), disk: diskOf(workload) });

/** The sum over workloads: processors and memory of those that are to run, disks of all. Pure. */
export const allocated = (promised: readonly Promised[]): Allocated =>
  promised.reduce<Allocated>(
    (sum, { desired, share }) => ({
      cpuMillicores: sum.cpuMillicores + (desired === 'running' ? share.cpuMillicores : 0),
      memory: sum.memory + (desired === 'running' ? share.memory : 0),
      disk: sum.disk + share.disk,
    }),
    { cpuMillicores: 0, memory: 0, disk: 0 },
  );
