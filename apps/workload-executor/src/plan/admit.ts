import { AxionError } from '@axion/core';
import type { AnySpec } from '../workload/spec.ts';

/** What a workload asks for. */
export interface Demand {
  /** Bytes. */
  readonly memory: number;
  /** Processors that it must see at once; 0: a share of whatever there is. */
  readonly vcpus: number;
}

export interface AdmissionLimits {
  readonly maxMemoryPercent: number;
  readonly maxCpuPercent: number;
  readonly maxDiskPercent: number;
}

/** What the host has; see `HostRoom`. */
export interface Room {
  readonly memoryTotal: number;
  readonly memoryUsed: number;
  readonly cpus: number;
  readonly cpuPercentLong: number;
  readonly diskPercent: number;
  readonly diskFree: number;
}

const MB = 1024 * 1024;
const mb = (bytes: number): number => Math.round(bytes / MB);

/** The memory a spec reserves, bytes; 0 where it names none. Of a Compose application only its file tells, see `composeLimits`. */
export const memoryOf = (asked: AnySpec): number => {
  if (asked.type === 'container') return asked.spec.resources?.memoryBytes ?? 0;
  return asked.type === 'vm' ? asked.spec.memoryMb * MB : 0;
};

const refuse = (message: string, details: Readonly<Record<string, number>>): AxionError =>
  new AxionError('RESOURCE_EXHAUSTED', message, { reason: 'INSUFFICIENT_RESOURCES', details });

/**
 * Why there is no room for `asked`, with the numbers; `undefined` when there is. `replaced` is what it takes the place of. Pure.
 */
export const refusalFor = (asked: Demand, replaced: Demand | undefined, room: Room, limits: AdmissionLimits): AxionError | undefined => {
  const need = asked.memory;
  const more = Math.max(0, need - (replaced?.memory ?? 0));
  const allowed = (room.memoryTotal * limits.maxMemoryPercent) / 100;
  if (more > 0 && room.memoryUsed + more > allowed) {
    const numbers = { requested_mb: mb(need), used_mb: mb(room.memoryUsed), total_mb: mb(room.memoryTotal), allowed_mb: mb(allowed) };
    return refuse(
      `not enough memory: ${numbers.requested_mb} MB are asked for, ${numbers.used_mb} of ${numbers.total_mb} MB are used, and workloads.max_memory_percent=${limits.maxMemoryPercent} allows ${numbers.allowed_mb} MB`,
      numbers,
    );
  }
  const memoryPercent = room.memoryTotal === 0 ? 0 : Math.round((100 * room.memoryUsed) / room.memoryTotal);
  if (replaced === undefined && memoryPercent > limits.maxMemoryPercent) {
    return refuse(`memory is ${memoryPercent} % used; workloads.max_memory_percent=${limits.maxMemoryPercent} allows no new workload`, { used_percent: memoryPercent });
  }
  if (asked.vcpus > room.cpus) return refuse(`not enough processors: ${asked.vcpus} are asked for, the host has ${room.cpus}`, { requested: asked.vcpus, cpus: room.cpus });
  if (replaced === undefined && room.cpuPercentLong > limits.maxCpuPercent) {
    return refuse(`the processors are ${room.cpuPercentLong} % used over the last five minutes; workloads.max_cpu_percent=${limits.maxCpuPercent} allows no new workload`, { used_percent: room.cpuPercentLong });
  }
  if (room.diskPercent > limits.maxDiskPercent) {
    return refuse(`the disk is ${room.diskPercent} % used, ${mb(room.diskFree)} MB are free; workloads.max_disk_percent=${limits.maxDiskPercent} allows no more`, { used_percent: room.diskPercent, free_mb: mb(room.diskFree) });
  }
  return undefined;
};
