import type { DeviceIo } from '../parse/cgroup-io.ts';
import type { InterfaceCounters } from '../parse/net-dev.ts';

/** What the kernel accounts to one container, the same whichever cgroup version it came from. A part is absent when its controller is. */
export interface ContainerUsage {
  readonly cpu?: CpuUsage;
  readonly memory?: MemoryUsage;
  readonly io?: readonly DeviceIo[];
  readonly tasks?: TaskUsage;
  /** Of the container's own interfaces; absent where it has the host's network. */
  readonly network?: readonly InterfaceCounters[];
}

/** All in seconds, but for the two counts of scheduling periods, which exist where a quota is set. */
export interface CpuUsage {
  readonly total: number;
  readonly user: number;
  readonly system: number;
  readonly periods?: number;
  readonly throttledPeriods?: number;
  readonly throttled?: number;
}

/** All in bytes, but for the two counts of faults. */
export interface MemoryUsage {
  readonly used: number;
  /** Used less the file cache that the kernel can drop at once: what counts against the limit when memory gets short. */
  readonly workingSet: number;
  readonly anonymous: number;
  readonly cache: number;
  readonly mappedFiles: number;
  readonly swap: number;
  readonly limit?: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
}

/** Threads, as the pids controller counts them. */
export interface TaskUsage {
  readonly current: number;
  readonly limit?: number;
}

/** A container's place in the cgroup tree. */
export interface ContainerCgroup {
  readonly id: string;
  /** Below the root of each hierarchy, with a leading slash: `/docker/<id>`. */
  readonly path: string;
}

/** One version of the cgroup interface. */
export interface CgroupTree {
  /** Folders of the hierarchy that containers are looked for in. */
  readonly root: string;
  /** @throws {AxionError} `NOT_FOUND` when the container ended meanwhile */
  read(container: ContainerCgroup): ContainerUsage;
  /** The file that lists the container's processes. */
  processesOf(container: ContainerCgroup): string;
}

/** Used less what is inactive, never below zero: the two numbers are read one after the other. */
export const workingSetOf = (used: number, inactiveFile: number): number => Math.max(0, used - inactiveFile);
