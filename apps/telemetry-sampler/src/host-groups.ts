import type { Clock } from '@axion/core';
import { openCgroups } from './cgroup/open-cgroups.ts';
import type { ContainerNames } from './container-names.ts';
import { FileSystemSpace } from './file-system-space.ts';
import { ContainerGroup } from './groups/containers.ts';
import { CpuGroup } from './groups/cpu.ts';
import { DiskGroup } from './groups/disk.ts';
import { FilesystemGroup } from './groups/filesystem.ts';
import { LoadGroup } from './groups/load.ts';
import { MemoryGroup } from './groups/memory.ts';
import { NetworkGroup } from './groups/network.ts';
import { SystemGroup } from './groups/system.ts';
import { KernelFiles } from './host-files.ts';
import type { HostPaths } from './host-paths.ts';
import type { SampleGroup } from './sample-group.ts';

/** Everything that is sampled, in the order of a pass. What can take long comes last. */
export const hostGroups = (paths: HostPaths, names: ContainerNames, clock: Clock): readonly SampleGroup[] => {
  const files = new KernelFiles();
  return [
    new SystemGroup(files, paths, clock, process.arch),
    new CpuGroup(files, paths),
    new LoadGroup(files, paths),
    new MemoryGroup(files, paths),
    new DiskGroup(files, paths),
    new NetworkGroup(files, paths),
    new FilesystemGroup(files, paths, new FileSystemSpace()),
    new ContainerGroup(files, paths, () => openCgroups(files, paths.cgroup), names),
  ];
};
