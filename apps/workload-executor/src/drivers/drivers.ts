import { AxionError } from '@axion/core';
import type { WorkloadType } from '../workload/spec.ts';
import type { Driver } from './driver.ts';

/** The runtimes that are switched on. */
export class Drivers {
  readonly #byType: ReadonlyMap<WorkloadType, Driver>;

  constructor(drivers: readonly (Driver<'container'> | Driver<'compose'> | Driver<'vm'>)[]) {
    // A driver is only ever given specs of its own type: the type is looked up with the spec.
    this.#byType = new Map(drivers.map((driver) => [driver.type, driver as unknown as Driver]));
  }

  all(): readonly Driver[] {
    return [...this.#byType.values()];
  }

  /** @throws {AxionError} `FAILED_PRECONDITION`, naming the key that switches it on. Schedulers place a workload elsewhere by its first words. */
  of(type: WorkloadType): Driver {
    const driver = this.#byType.get(type);
    if (driver !== undefined) return driver;
    const key = type === 'container' ? 'docker' : type;
    throw new AxionError('FAILED_PRECONDITION', `runtime not available: this node takes no workloads of type ${type}, workloads.${key} is false`, { reason: 'RUNTIME_DISABLED', retryable: false });
  }
}
