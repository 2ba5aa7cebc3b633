import { createHash } from 'node:crypto';
import { AxionError } from '@axion/core';
import type { ContainerMount, Engine, Volume } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import { LABELS } from '../../workload/labels.ts';
import type { ManagedVolumeSpec } from '../../workload/spec.ts';
import { COMPOSE_LABELS } from '../compose/project-view.ts';
import { nfsSource } from './nfs-source.ts';
import type { NfsSource } from './nfs-source.ts';
import { reachNfsServer } from './nfs-server.ts';
import { checkRbd, formatRbd, mapRbd, provideRbd, rbdFileSystem, rbdImage, removeRbd, unmapRbd } from './rbd-image.ts';
import { driverOf, isReadOnly } from './volume-driver.ts';

/** The volume's name on the engine: one workload's `data` is not another's. */
export const volumeName = (workload: string, volume: string): string => `${workload}_${volume}`;

/** On the volume itself: what is known of it when the spec is lost. */
export const VOLUME_LABELS = {
  /** `delete`: its data goes with the workload. */
  retain: 'dev.axion.retain',
  /** The Ceph image behind it. */
  rbd: 'dev.axion.rbd',
  /** The size that was asked for, in GB, and whether the file system keeps it. */
  size: 'dev.axion.size-gb',
  enforced: 'dev.axion.size-enforced',
} as const;

/** How the engine mounts an export. It does so without mount.nfs, which would find out the version; the kernel by itself takes 3, and a lock service that nobody runs. */
const nfsOptions = (volume: ManagedVolumeSpec): { readonly type: string; readonly o: string; readonly device: string } => {
  const { server, path, version = '4', port } = nfsSource(volume.name, volume.fsType);
  return { type: 'nfs', o: `addr=${server},${isReadOnly(volume) ? 'ro' : 'rw'},nfsvers=${version}${port === undefined ? '' : `,port=${port}`}`, device: `:${path}` };
};

/** The other way round, from what the engine keeps. */
const mountedSource = ({ type, o = '', device = '' }: Readonly<Record<string, string>>): NfsSource | undefined => {
  if (type !== 'nfs') return undefined;
  const { addr = '', nfsvers, port } = Object.fromEntries(o.split(',').map((option) => option.split('=', 2) as [string, string | undefined])) as Readonly<Record<string, string | undefined>>;
  return { server: addr, path: device.slice(1), version: nfsvers, port };
};

/** The engine never changes a volume. Of an export it holds no data, only the way there: another way is another volume. */
const remoteName = (workload: string, volume: ManagedVolumeSpec): string =>
  volume.driver === 'nfs' ? `${volumeName(workload, volume.name)}_${createHash('sha256').update(JSON.stringify(nfsOptions(volume))).digest('hex').slice(0, 8)}` : volumeName(workload, volume.name);

const isNamedBy = (name: string, workload: string, { name: asked, driver }: ManagedVolumeSpec): boolean =>
  name === volumeName(workload, asked) || (driver === 'nfs' && name.startsWith(`${volumeName(workload, asked)}_`));

export interface ContainerVolumesOptions {
  readonly engine: Pick<Engine, 'volumes'>;
  readonly log: Logger;
  /** Throws when an NFS server does not answer. Default: it is asked. */
  readonly answers?: typeof reachNfsServer;
}

/**
 * Managed volumes of containers, as volumes of the engine: it mounts them when a container starts and refuses the start
 * when it cannot, so a container never writes into an empty folder instead.
 *
 * Invariant: what exists is used as it is; only `remove` takes data away, and only where the volume's own label lets it go.
 */
export class ContainerVolumes {
  readonly #engine: Pick<Engine, 'volumes'>;
  readonly #log: Logger;
  readonly #answers: typeof reachNfsServer;

  constructor({ engine, log, answers = reachNfsServer }: ContainerVolumesOptions) {
    this.#engine = engine;
    this.#answers = answers;
    this.#log = log;
  }

  /** Refuses what cannot be made here, and what is somebody else's, before anything changes. */
  async check(workload: string, wanted: readonly ManagedVolumeSpec[], signal: AbortSignal): Promise<void> {
    for (const volume of wanted) {
      if (volume.driver === 'nfs') await this.#answers(nfsSource(volume.name, volume.fsType), signal);
      await this.#found(workload, volume, signal);
      if (volume.driver === 'ceph-rbd') await checkRbd(signal);
    }
  }

  /** Makes sure that they are there. @returns how a container gets them */
  async provide(workload: string, wanted: readonly ManagedVolumeSpec[], signal: AbortSignal): Promise<readonly ContainerMount[]> {
    const mounts: ContainerMount[] = [];
    for (const volume of wanted) {
      if (volume.driver === 'ceph-rbd') await this.#readyRbd(workload, volume, signal);
      const name = (await this.#found(workload, volume, signal)) ?? (await this.#create(workload, volume, signal));
      mounts.push({ Type: 'volume', Source: name, Target: volume.mountPath, ReadOnly: isReadOnly(volume) });
    }
    return mounts;
  }

  /**
   * Makes those that a container mounts usable again before its start: after a reboot no Ceph image is mapped, and an NFS
   * server may not be back yet. What a former revision left behind holds up nobody.
   *
   * @param mounted names of the engine's volumes
   */
  async attach(workload: string, mounted: readonly string[], signal: AbortSignal): Promise<void> {
    if (mounted.length === 0) return;
    for (const { name, labels, options } of await this.#own(workload, signal)) {
      if (!mounted.includes(name)) continue;
      const image = labels[VOLUME_LABELS.rbd];
      const source = mountedSource(options);
      if (source !== undefined) await this.#answers(source, signal);
      if (image !== undefined) await mapRbd(image, signal);
    }
  }

  /** Removes the data of a deleted workload where its last spec says so; where that is lost, or names the volume no more, the volume's label. */
  async remove(workload: string, last: readonly ManagedVolumeSpec[] | undefined, signal: AbortSignal): Promise<void> {
    for (const { name, labels } of await this.#own(workload, signal)) {
      const image = labels[VOLUME_LABELS.rbd];
      const policy = last?.find((volume) => isNamedBy(name, workload, volume))?.retainPolicy ?? labels[VOLUME_LABELS.retain];
      const goes = policy === 'delete';
      if (image !== undefined) await unmapRbd(image, signal);
      // The image first: without the volume nobody would know of it any more.
      if (goes && image !== undefined) await removeRbd(image, signal);
      if (goes) await this.#engine.volumes.remove(name, signal);
    }
  }

  /**
   * The volume that is there already: this workload's, or one without an owner, which was made by hand or by a Persys node.
   * `a` with volume `b_c` and `a_b` with volume `c` have one name, and so has volume `b` of a Compose project `a`.
   */
  async #found(workload: string, volume: ManagedVolumeSpec, signal: AbortSignal): Promise<string | undefined> {
    const name = remoteName(workload, volume);
    // By the list: asked for one by name, the engine looks into its mount, and waits there for a server that is away.
    const found = (await this.#engine.volumes.list({ name: [name] }, signal)).find((each) => each.name === name);
    const { [LABELS.workload]: owner, [COMPOSE_LABELS.project]: project } = found?.labels ?? {};
    const by = project !== undefined ? `the Compose project ${project}` : owner !== undefined && owner !== workload ? `workload ${owner}` : undefined;
    if (by === undefined) return found?.name;
    throw new AxionError('FAILED_PRECONDITION', `managed volume ${volume.name} would be the engine's volume ${name}, which belongs to ${by}; take another name`, { reason: 'VOLUME_IN_USE', retryable: false });
  }

  async #own(workload: string, signal: AbortSignal): Promise<readonly Volume[]> {
    const found = await this.#engine.volumes.list({ label: [`${LABELS.workload}=${workload}`] }, signal);
    return found.filter(({ labels }) => labels[LABELS.workload] === workload);
  }

  async #readyRbd(workload: string, volume: ManagedVolumeSpec, signal: AbortSignal): Promise<void> {
    const image = rbdImage(workload, volume.name, volume.fsType);
    await provideRbd(image, volume.sizeGb, signal);
    await mapRbd(image, signal);
    await formatRbd(image, rbdFileSystem(volume.fsType), signal);
  }

  async #create(workload: string, volume: ManagedVolumeSpec, signal: AbortSignal): Promise<string> {
    const name = remoteName(workload, volume);
    const labels = { [LABELS.workload]: workload, [VOLUME_LABELS.retain]: volume.retainPolicy === 'delete' ? 'delete' : 'retain' };
    const make = (options: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): Promise<Volume> =>
      this.#engine.volumes.create({ Name: name, Driver: 'local', DriverOpts: options, Labels: { ...labels, ...more } }, signal);
    if (volume.driver === 'nfs') {
      await make(nfsOptions(volume));
    } else if (volume.driver === 'ceph-rbd') {
      const image = rbdImage(workload, volume.name, volume.fsType);
      await make({ type: rbdFileSystem(volume.fsType), device: `/dev/rbd/${image}` }, { [VOLUME_LABELS.rbd]: image });
    } else if (driverOf(volume) !== 'local') {
      throw new AxionError('FAILED_PRECONDITION', `managed volume ${volume.name}: the driver ${volume.driver} is not available on this node`, { reason: 'VOLUME_DRIVER_UNAVAILABLE', retryable: false });
    } else if (volume.sizeGb > 0) {
      await this.#createSized(name, volume.sizeGb, make);
    } else {
      await make({});
    }
    return name;
  }

  async #createSized(name: string, sizeGb: number, make: (options: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>) => Promise<Volume>): Promise<void> {
    const size = { [VOLUME_LABELS.size]: String(sizeGb) };
    try {
      await make({ size: `${sizeGb}G` }, { ...size, [VOLUME_LABELS.enforced]: 'true' });
    } catch (error) {
      if (!(error instanceof AxionError) || !/quota/i.test(error.message)) throw error;
      await make({}, { ...size, [VOLUME_LABELS.enforced]: 'false' });
      this.#log.warn({ volume: name, size_gb: sizeGb }, "the size of a volume is not enforced: the engine's file system has no project quotas (XFS mounted with pquota has)");
    }
  }
}
