import { AxionError } from '@axion/core';
import type { ManagedVolumeSpec } from '../../workload/spec.ts';
import type { MarkedVolume } from '../vm/domain.ts';
import { driverOf } from './volume-driver.ts';
import type { DiskVolumeDriver, VolumeDisk } from './volume-driver.ts';

/** Managed volumes of virtual machines, each by its driver. */
export class DiskVolumes {
  readonly #drivers: Readonly<Record<string, DiskVolumeDriver>>;

  constructor(drivers: Readonly<Record<string, DiskVolumeDriver>>) {
    this.#drivers = drivers;
  }

  async check(workload: string, wanted: readonly ManagedVolumeSpec[], signal: AbortSignal): Promise<void> {
    for (const volume of wanted) await this.#driver(driverOf(volume)).check({ workload, volume }, signal);
  }

  async asDisks(workload: string, wanted: readonly ManagedVolumeSpec[], signal: AbortSignal): Promise<readonly VolumeDisk[]> {
    const disks: VolumeDisk[] = [];
    for (const volume of wanted) disks.push(await this.#driver(driverOf(volume)).provide({ workload, volume }, signal));
    return disks;
  }

  async attach(workload: string, volumes: readonly MarkedVolume[], signal: AbortSignal): Promise<void> {
    for (const marked of volumes) await this.#driver(marked.driver).attach({ workload, marked }, signal);
  }

  async detach(workload: string, volumes: readonly MarkedVolume[], signal: AbortSignal): Promise<void> {
    for (const marked of volumes) await this.#driver(marked.driver).detach({ workload, marked }, signal);
  }

  /** With their data. */
  async remove(workload: string, volumes: readonly MarkedVolume[], signal: AbortSignal): Promise<void> {
    for (const marked of volumes) await this.#driver(marked.driver).remove({ workload, marked }, signal);
  }

  #driver(name: string): DiskVolumeDriver {
    const driver = this.#drivers[name];
    if (driver !== undefined) return driver;
    throw new AxionError('FAILED_PRECONDITION', `the volume driver ${name} is not available on this node`, { reason: 'VOLUME_DRIVER_UNAVAILABLE', retryable: false });
  }
}
