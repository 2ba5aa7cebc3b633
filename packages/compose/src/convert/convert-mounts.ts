import { ComposeError, type ComposeReason } from '../errors.ts';
import type { ServiceVolumeModel, StackModel, VolumeModel } from '../model.ts';
import { present } from '../present.ts';
import type { Mount } from '../spec/service-spec.ts';
import { scopedName, stackLabels } from './namespace.ts';

type Options = 'bind' | 'volume' | 'tmpfs' | 'image' | 'cluster';

/**
 * A service's volumes as mounts. Volumes are not created here: the engine makes them on the node that needs them.
 * @throws ComposeError for undeclared volumes and for options that do not belong to the type.
 */
export const convertMounts = (volumes: readonly ServiceVolumeModel[], model: StackModel, namespace: string): readonly Mount[] =>
  volumes.map((volume) => {
    const type = volume.type ?? 'volume';
    const convert = Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type as keyof typeof BY_TYPE] : undefined;
    if (convert === undefined) throw refused('volume type must be volume, bind, tmpfs, npipe, or cluster');
    return convert(volume, model.volumes, namespace);
  });

const refused = (message: string, reason: ComposeReason = 'VALUE'): ComposeError => new ComposeError(reason, message, { path: ['volumes'] });

type Convert = (volume: ServiceVolumeModel, declared: Readonly<Record<string, VolumeModel>>, namespace: string) => Mount;

const volumeMount: Convert = (volume, declared, namespace) => {
  refuseOptions(volume, 'volume', ['tmpfs', 'bind', 'image', 'cluster']);
  if (volume.source === undefined) return plainMount(volume);
  const definition = lookUp(declared, volume.source);
  const { driver, driverOpts } = definition;
  const hasDriver = driver !== undefined || driverOpts !== undefined;
  const own = definition.external === true ? {} : { Labels: stackLabels(namespace, definition.labels), ...(hasDriver ? { DriverConfig: driverConfig(driver, driverOpts) } : {}) };
  return {
    ...plainMount(volume),
    Source: scopedName(namespace, volume.source, definition.name),
    VolumeOptions: { ...present({ NoCopy: volume.volume?.nocopy, Subpath: volume.volume?.subpath }), ...own },
  };
};

const bindMount: Convert = (volume) => {
  if (volume.source === undefined) throw refused('invalid bind source, source cannot be empty');
  refuseOptions(volume, 'bind', ['volume', 'tmpfs', 'image', 'cluster']);
  return { ...plainMount(volume), ...bindOptions(volume) };
};

const tmpfsMount: Convert = (volume) => {
  if (volume.source !== undefined) throw refused('invalid tmpfs source, source must be empty');
  refuseOptions(volume, 'tmpfs', ['bind', 'volume', 'image', 'cluster']);
  return { ...plainMount(volume), ...(volume.tmpfs === undefined ? {} : { TmpfsOptions: present({ SizeBytes: volume.tmpfs.size }) }) };
};

const npipeMount: Convert = (volume) => {
  if (volume.source === undefined) throw refused('invalid npipe source, source cannot be empty');
  refuseOptions(volume, 'npipe', ['volume', 'tmpfs', 'image']);
  return { ...plainMount(volume), ...bindOptions(volume) };
};

const imageMount: Convert = (volume) => {
  if (volume.source === undefined) throw refused('invalid image source, source cannot be empty');
  refuseOptions(volume, 'image', ['volume', 'tmpfs', 'cluster', 'bind']);
  return { ...plainMount(volume), ...(volume.image === undefined ? {} : { ImageOptions: present({ Subpath: volume.image.subpath }) }) };
};

/** A CSI volume; a `group:` is a name of its own that no file declares. */
const clusterMount: Convert = (volume, declared, namespace) => {
  if (volume.source === undefined) throw refused('invalid cluster source, source cannot be empty');
  refuseOptions(volume, 'cluster', ['tmpfs', 'bind', 'volume', 'image']);
  const source = volume.source.startsWith('group:') ? volume.source : scopedName(namespace, volume.source, lookUp(declared, volume.source).name);
  return { ...plainMount(volume), Source: source, ClusterOptions: {} };
};

const BY_TYPE = { volume: volumeMount, bind: bindMount, tmpfs: tmpfsMount, npipe: npipeMount, image: imageMount, cluster: clusterMount } as const;

const plainMount = ({ type, source, target, readOnly, consistency }: ServiceVolumeModel): Mount =>
  present({ Type: type, Source: source, Target: target, ReadOnly: readOnly, Consistency: consistency });

const bindOptions = ({ bind }: ServiceVolumeModel): Pick<Mount, 'BindOptions'> => (bind === undefined ? {} : { BindOptions: present({ Propagation: bind.propagation }) });

const driverConfig = (driver: string | undefined, options: VolumeModel['driverOpts']) =>
  present({ Name: driver, Options: options === undefined || Object.keys(options).length === 0 ? undefined : options });

const lookUp = (declared: Readonly<Record<string, VolumeModel>>, source: string): VolumeModel => {
  const definition = Object.hasOwn(declared, source) ? declared[source] : undefined;
  if (definition === undefined) throw refused(`undefined volume ${JSON.stringify(source)}`, 'UNDEFINED');
  return definition;
};

const refuseOptions = (volume: ServiceVolumeModel, type: string, foreign: readonly Options[]): void => {
  for (const options of foreign) if (volume[options] !== undefined) throw refused(`${options} options are incompatible with type ${type}`);
};
