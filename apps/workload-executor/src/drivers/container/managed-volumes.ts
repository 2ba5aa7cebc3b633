import { AxionError } from '@axion/core';
import type { ContainerMount, Engine, Volume } from '@axion/docker-engine';
import { LABELS } from '../../workload/labels.ts';
import type { ManagedVolumeSpec } from '../../workload/spec.ts';

/** The volume's name on the engine: one workload's `data` is not another's. */
export const volumeName = (workload: string, volume: string): string => `${workload}_${volume}`;

export const RETAIN_LABEL = 'dev.axion.retain';

/** `name` of an NFS volume's spec carries no server, so the driver's options come from `fs_type`: `nfs://server/path`. */
const nfsOptions = (volume: ManagedVolumeSpec): Record<string, string> => {
  const source = URL.canParse(volume.fsType) ? new URL(volume.fsType) : undefined;
  if (source === undefined || source.protocol !== 'nfs:' || source.hostname === '' || source.pathname.length < 2) {
    throw new AxionError('INVALID_ARGUMENT', `managed volume ${volume.name}: an nfs volume takes fs_type "nfs://SERVER/PATH"`, {
      reason: 'INVALID_SPEC',
      details: { field: 'spec.container.managed_volumes.fs_type' },
    });
  }
  return { type: 'nfs', o: `addr=${source.hostname},${volume.readOnly ? 'ro' : 'rw'}`, device: `:${source.pathname}` };
};

const driverOptions = (volume: ManagedVolumeSpec): Record<string, string> => {
  if (volume.driver === 'nfs') return nfsOptions(volume);
  if (volume.driver === '' || volume.driver === 'local') return {};
  throw new AxionError('FAILED_PRECONDITION', `managed volume ${volume.name}: the driver ${volume.driver} is not available for containers on this node`, {
    reason: 'VOLUME_DRIVER_UNAVAILABLE',
    retryable: false,
  });
};

/** Makes sure that the volumes are there. What exists is used as it is: its data is never touched. */
export const prepareVolumes = async (engine: Pick<Engine, 'volumes'>, workload: string, wanted: readonly ManagedVolumeSpec[], signal: AbortSignal): Promise<readonly ContainerMount[]> => {
  const mounts: ContainerMount[] = [];
  for (const volume of wanted) {
    const name = volumeName(workload, volume.name);
    const options = driverOptions(volume);
    const found = await engine.volumes.find(name, signal);
    if (found === undefined) {
      const labels = { [LABELS.workload]: workload, [RETAIN_LABEL]: volume.retainPolicy || 'retain' };
      await engine.volumes.create({ Name: name, Driver: 'local', DriverOpts: options, Labels: labels }, signal);
    }
    mounts.push({ Type: 'volume', Source: name, Target: volume.mountPath, ReadOnly: volume.readOnly });
  }
  return mounts;
};

/** Removes the data of a deleted workload, as far as its spec said `delete`; the label is asked, for the spec may be lost. */
export const removeVolumes = async (engine: Pick<Engine, 'volumes'>, workload: string, signal: AbortSignal): Promise<void> => {
  const ours = (volume: Volume): boolean => volume.labels[LABELS.workload] === workload && volume.labels[RETAIN_LABEL] === 'delete';
  for (const volume of await engine.volumes.list({ label: [`${LABELS.workload}=${workload}`] }, signal)) {
    if (ours(volume)) await engine.volumes.remove(volume.name, signal);
  }
};
