import { posix } from 'node:path';
import { ComposeError } from '../errors.ts';
import type { ServiceVolumeModel } from '../model.ts';
import { present } from '../present.ts';
import { isList, isMap } from '../yaml/value.ts';
import type { Fields } from './fields.ts';
import type { ReadContext } from './read-context.ts';
import { parseVolumeSpec } from './volume-spec.ts';

/** `volumes` of a service in the file's order, with absolute sources for bind mounts. */
export const serviceVolumes = (fields: Fields, context: ReadContext): readonly ServiceVolumeModel[] | undefined => {
  const value = fields.raw('volumes');
  const items = fields.items('volumes');
  if (!isList(value) || items === undefined) return undefined;
  return value.map((entry, at): ServiceVolumeModel => {
    const long = items[at];
    if (isMap(entry) && long !== undefined) return withAbsoluteSource(longVolume(long), fields, context);
    try {
      return withAbsoluteSource(parseVolumeSpec(typeof entry === 'string' ? entry : ''), fields, context);
    } catch (cause) {
      if (cause instanceof ComposeError) throw cause;
      return fields.fail('volumes', `error decoding 'Volumes[${at}]': ${(cause as Error).message}`);
    }
  });
};

const longVolume = (fields: Fields): ServiceVolumeModel => {
  const bind = fields.at('bind');
  const volume = fields.at('volume');
  const tmpfs = fields.at('tmpfs');
  return present({
    type: fields.text('type'),
    source: fields.text('source'),
    target: fields.text('target'),
    readOnly: fields.flag('read_only'),
    consistency: fields.text('consistency'),
    bind: bind && present({ propagation: bind.text('propagation') }),
    volume: volume && present({ nocopy: volume.flag('nocopy'), subpath: volume.text('subpath') }),
    tmpfs: tmpfs && present({ size: tmpfs.whole('size') }),
  });
};

const withAbsoluteSource = (volume: ServiceVolumeModel, fields: Fields, context: ReadContext): ServiceVolumeModel => {
  if (volume.type !== 'bind') return volume;
  if (volume.source === undefined) return fields.refuse('volumes', 'invalid mount config for type "bind": field Source must not be empty');
  const source = expandHome(volume.source, context);
  return { ...volume, source: posix.isAbsolute(source) || isWindowsAbsolute(source) ? source : absolute(context.workingDir, source) };
};

const expandHome = (source: string, { lookup, warn }: ReadContext): string => {
  if (!source.startsWith('~')) return source;
  const home = lookup('HOME');
  if (home === undefined) {
    warn("cannot expand '~', because the environment lacks HOME");
    return source;
  }
  return home + source.slice(1);
};

/** A drive letter with a slash behind it, or something on a network share (`\\\\server\\share\\…`); a pipe (`\\\\.\\pipe`) is neither. */
const isWindowsAbsolute = (path: string): boolean => /^(?:[a-zA-Z]:|[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*)[\\/]/.test(path);

/** Joined and cleaned, without the trailing slash that Node keeps and Go drops. */
export const absolute = (workingDir: string, path: string): string => {
  const joined = posix.join(workingDir, path);
  return joined.length > 1 ? joined.replace(/\/+$/, '') : joined;
};
