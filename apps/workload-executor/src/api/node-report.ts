import type { NodeReport, NodeRuntime } from '@axion/contracts';
import { AxionError } from '@axion/core';
import type { Driver } from '../drivers/driver.ts';
import { storageDrivers } from '../drivers/volumes/storage-drivers.ts';
import type { KeeperParts } from '../keep/keeper-parts.ts';
import type { Allocated } from '../plan/allocated.ts';

/** A runtime that does not answer within this time is away. */
const PROBE_MS = 3000;

const runtimeOf = (driver: Driver, signal: AbortSignal): Promise<NodeRuntime> =>
  driver.probe(AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)])).then(
    () => ({ type: driver.type, state: 'ready' }),
    (error: unknown) => {
      signal.throwIfAborted();
      return { type: driver.type, state: error instanceof AxionError && error.code === 'FAILED_PRECONDITION' ? 'missing' : 'away' };
    },
  );

/** What this node can carry and how much of it is taken, for a scheduler: the answer to the action `node`. */
export const nodeReport = async ({ book, drivers, room }: KeeperParts, promised: Allocated, signal: AbortSignal): Promise<NodeReport> => {
  const [runtimes, storage, host] = await Promise.all([Promise.all(drivers.all().map((driver) => runtimeOf(driver, signal))), storageDrivers(process.env['PATH'] ?? ''), room()]);
  const cpuTotal = host.cpus * 1000;
  return {
    runtimes,
    storage_drivers: storage,
    cpu_millicores: { total: cpuTotal, allocated: promised.cpuMillicores, used: Math.round((cpuTotal * host.cpuPercent) / 100) },
    memory_bytes: { total: host.memoryTotal, allocated: promised.memory, used: host.memoryUsed },
    disk_bytes: { total: host.diskTotal, allocated: promised.disk, used: host.diskUsed },
    draining: book.draining,
  };
};
