import { AxionError } from '@axion/core';
import type { ManagedVolumeSpec } from '../../workload/spec.ts';
import { GB } from '../vm/disk-image.ts';
import type { DiskSource, MarkedVolume } from '../vm/domain.ts';

/** A managed volume, ready to be a disk. */
export interface VolumeDisk {
  readonly name: string;
  readonly source: DiskSource;
  readonly format: string;
  readonly readOnly: boolean;
  /** What was asked for; an image may have less until it is grown. */
  readonly sizeGb: number;
  /** What it has. */
  readonly virtualBytes: number;
  /** On a server that may be away for a while. */
  readonly remote: boolean;
}

/** Of volumes that are images in a folder. */
export const IMAGE_FORMAT = 'qcow2';

/** A volume of a workload. */
export interface OwnVolume {
  readonly workload: string;
  readonly volume: ManagedVolumeSpec;
}

/** What is known of it later, from the mark alone. */
export interface KnownVolume {
  readonly workload: string;
  readonly marked: MarkedVolume;
}

/**
 * A kind of storage that gives disks to virtual machines. What exists keeps its data: `provide` makes what is missing,
 * what is too small is grown, and `remove` alone takes anything away.
 */
export interface DiskVolumeDriver {
  /** Throws, before anything is made, when it cannot be: `VOLUME_DRIVER_UNAVAILABLE`, `STORAGE_ERROR`, `INVALID_ARGUMENT`. */
  check(own: OwnVolume, signal: AbortSignal): Promise<void>;
  provide(own: OwnVolume, signal: AbortSignal): Promise<VolumeDisk>;
  /** Makes a volume that exists usable again: what a reboot took away. */
  attach(known: KnownVolume, signal: AbortSignal): Promise<void>;
  /** The opposite; the data stays. */
  detach(known: KnownVolume, signal: AbortSignal): Promise<void>;
  remove(known: KnownVolume, signal: AbortSignal): Promise<void>;
}

/** Modes that let nobody write, as schedulers spell them. */
const READ_ONLY_MODES: ReadonlySet<string> = new Set(['ro', 'rox', 'readonly', 'readonlymany']);

/** By `read_only` or by `access_mode`. */
export const isReadOnly = ({ readOnly, accessMode }: Pick<ManagedVolumeSpec, 'readOnly' | 'accessMode'>): boolean => readOnly || READ_ONLY_MODES.has(accessMode.toLowerCase().replaceAll(/[-_ ]/g, ''));

/** @throws {AxionError} when the volume has more than it is to have */
export const refuseShrink = ({ name, sizeGb }: Pick<ManagedVolumeSpec, 'name' | 'sizeGb'>, bytes: number): void => {
  if (bytes <= sizeGb * GB) return;
  throw new AxionError('FAILED_PRECONDITION', `managed volume ${name} has ${Math.ceil(bytes / GB)} GB; it does not shrink to the ${sizeGb} GB of size_gb`, { reason: 'STORAGE_ERROR', retryable: false });
};

export const driverOf = ({ driver }: Pick<ManagedVolumeSpec, 'driver'>): string => (driver === '' ? 'local' : driver);

/** What a domain's mark keeps of its volumes. Pure. */
export const markedVolumes = (volumes: readonly ManagedVolumeSpec[]): readonly MarkedVolume[] =>
  volumes.map((volume) => ({ driver: driverOf(volume), name: volume.name, source: volume.fsType, disposable: volume.retainPolicy === 'delete' }));
