import { join } from 'node:path';
import type { Bus } from '@axion/bus';
import type { Config } from '@axion/config';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import { SampledUsage } from '../usage/sampled-usage.ts';
import { ComposeCommand } from './compose/compose-command.ts';
import { ComposeDriver } from './compose/compose-driver.ts';
import { ComposeHome } from './compose/compose-home.ts';
import { ContainerDriver } from './container/container-driver.ts';
import type { DiskFill } from './container/engine-disk.ts';
import type { ImageCare } from './container/image-care.ts';
import { ImageStore } from './container/image-store.ts';
import { Drivers } from './drivers.ts';
import { endStrayPrograms } from './program/stray-programs.ts';
import { ContainerVolumes } from './volumes/container-volumes.ts';
import { openVmDriver } from './vm/open-vm-driver.ts';

export interface OpenDriversOptions {
  readonly config: Config;
  readonly engine: Engine;
  readonly metrics: Bus['metrics'];
  /** The fingerprint of this agent's key. */
  readonly owner: string;
  readonly imageCare: Pick<ImageCare, 'wanted' | 'collect'>;
  /** How full the disk of the images is. */
  readonly imageDisk: (signal: AbortSignal) => Promise<DiskFill | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long the health checks of a Compose application may take. */
const COMPOSE_PATIENCE_MS = 120_000;

/** The runtimes that the configuration switches on. */
export const openDrivers = ({ config: { agent, docker, workloads }, engine, metrics, owner, imageCare, imageDisk, clock, log }: OpenDriversOptions): Drivers => {
  const usage = new SampledUsage({ metrics, engine, clock });
  const images = new ImageStore({
    engine,
    disk: imageDisk,
    maxDiskPercent: workloads.max_disk_percent,
    onWanted: (image, pulled) => imageCare.wanted(image, pulled),
    makeRoom: (signal) => imageCare.collect(signal),
  });
  const container = new ContainerDriver({ engine, images, volumes: new ContainerVolumes({ engine, log }), clock, usage: (containers, signal) => usage.of(containers, signal) });
  const composeHome = join(agent.data_dir, 'workloads', 'compose');
  const compose = new ComposeDriver(
    {
      engine,
      owner,
      compose: new ComposeCommand({ configured: workloads.compose_binary, dockerHost: docker.host, home: composeHome, env: process.env }),
      home: new ComposeHome(composeHome, log),
      images,
      usage: (containers, signal) => usage.of(containers, signal),
      clock,
      log,
      patienceMs: COMPOSE_PATIENCE_MS,
    },
    () => endStrayPrograms(composeHome),
  );
  const vm = openVmDriver({ uri: workloads.libvirt_uri, folder: workloads.volumes_dir, env: process.env, clock, log });
  return new Drivers([...(workloads.docker ? [container] : []), ...(workloads.compose ? [compose] : []), ...(workloads.vm ? [vm] : [])]);
};
