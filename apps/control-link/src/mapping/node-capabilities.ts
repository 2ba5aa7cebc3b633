import type { NodeReport } from '@axion/contracts';
import type { NodeCapabilities, NodeUsage } from '@axion/contracts/proto/persys/control/v1/node';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/** What the node can carry, on the wire. Pure. */
export const nodeCapabilities = (report: NodeReport, types: readonly string[]): NodeCapabilities => ({
  cpuTotalMillicores: report.cpu_millicores.total,
  memoryTotalMb: Math.floor(report.memory_bytes.total / MB),
  storagePools: [{ name: 'volumes', type: 'local', totalGb: Math.floor(report.disk_bytes.total / GB) }],
  supportedWorkloadTypes: [...types],
  supportedStorageDrivers: [...report.storage_drivers],
});

/** How much of it is taken, on the wire. Pure. */
export const nodeUsage = ({ cpu_millicores: cpu, memory_bytes: memory, disk_bytes: disk }: NodeReport): NodeUsage => ({
  cpuAllocatedMillicores: cpu.allocated,
  cpuUsedMillicores: cpu.used,
  memoryAllocatedMb: Math.ceil(memory.allocated / MB),
  memoryUsedMb: Math.round(memory.used / MB),
  diskAllocatedGb: Math.ceil(disk.allocated / GB),
  diskUsedGb: Math.round(disk.used / GB),
});
