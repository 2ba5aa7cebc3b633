import type { Bus } from '@axion/bus';
import type { Config } from '@axion/config';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import { SampledUsage } from '../usage/sampled-usage.ts';
import { ContainerDriver } from './container/container-driver.ts';
import { ImageStore } from './container/image-store.ts';
import { Drivers } from './drivers.ts';

export interface OpenDriversOptions {
  readonly config: Config;
  readonly engine: Engine;
  readonly metrics: Bus['metrics'];
  readonly clock: Clock;
  readonly log: Logger;
}

/** The runtimes that the configuration switches on. */
export const openDrivers = ({ config: { workloads }, engine, metrics, clock }: OpenDriversOptions): Drivers => {
  const usage = new SampledUsage({ metrics, engine, clock });
  const images = new ImageStore({ engine, diskPath: '/var/lib/docker', maxDiskPercent: workloads.max_disk_percent });
  const container = new ContainerDriver({ engine, images, clock, usage: (containers, signal) => usage.of(containers, signal) });
  return new Drivers([...(workloads.docker ? [container] : [])]);
};
