import { posix } from 'node:path';
import type { FileObjectModel, NetworkModel, VolumeModel } from '../model.ts';
import { present } from '../present.ts';
import { isMap, type ValueMap } from '../yaml/value.ts';
import { refuseBrokenClusterSpec } from './cluster-volume.ts';
import { Fields, goType } from './fields.ts';
import type { ReadContext } from './read-context.ts';
import { absolute } from './service-volumes.ts';

type Section = 'networks' | 'volumes' | 'secrets' | 'configs';

/** The entries of a top-level section through `read`; a null entry is an empty one. */
const section = <T>(root: ValueMap, key: Section, context: ReadContext, read: (name: string, fields: Fields) => T): Readonly<Record<string, T>> => {
  const value = root.get(key);
  if (!isMap(value)) return {};
  return Object.fromEntries(
    [...value].map(([name, entry]) => {
      const fields = new Fields(isMap(entry) ? entry : new Map(), [key, name], context.document);
      // The schema of networks says nothing about names with other characters, so anything can be here.
      if (entry !== null && !isMap(entry)) fields.fail('', `'[${name}]' expected a map, got '${goType(entry)}'`);
      return [name, read(name, fields)];
    }),
  );
};

export const networksOf = (root: ValueMap, context: ReadContext): Readonly<Record<string, NetworkModel>> =>
  section(root, 'networks', context, (name, fields) => {
    const ipam = fields.at('ipam');
    return present({
      ...externalName('network', 5, name, fields, context),
      driver: fields.text('driver'),
      driverOpts: fields.stringMap('driver_opts'),
      ipam: ipam && present({ driver: ipam.text('driver'), config: ipam.items('config')?.map((pool) => present({ subnet: pool.text('subnet') })) }),
      internal: fields.flag('internal'),
      attachable: fields.flag('attachable'),
      labels: fields.stringMap('labels'),
    });
  });

export const volumesOf = (root: ValueMap, context: ReadContext): Readonly<Record<string, VolumeModel>> =>
  section(root, 'volumes', context, (name, fields) => {
    const volume = present({ driver: fields.text('driver'), driverOpts: fields.stringMap('driver_opts'), labels: fields.stringMap('labels') });
    refuseBrokenClusterSpec(name, fields);
    if (isExternal(fields)) refuseOptions(name, volume, fields);
    return present({ ...externalName('volume', 4, name, fields, context), ...volume });
  });

export const secretsOf = (root: ValueMap, context: ReadContext): Readonly<Record<string, FileObjectModel>> =>
  section(root, 'secrets', context, (name, fields) => fileObject('secret', name, fields, context));

export const configsOf = (root: ValueMap, context: ReadContext): Readonly<Record<string, FileObjectModel>> =>
  section(root, 'configs', context, (name, fields) => fileObject('config', name, fields, context));

const fileObject = (kind: 'secret' | 'config', name: string, fields: Fields, context: ReadContext): FileObjectModel => {
  const naming = externalName(kind, 5, name, fields, context);
  const driver = fields.text('driver');
  const file = fields.text('file');
  if (naming.external !== true && driver !== undefined && file !== undefined) {
    fields.refuse('driver', `${kind} ${name}: ${kind}.driver and ${kind}.file conflict; only use ${kind}.driver`);
  }
  const content = inlineContent(kind, name, fields, context);
  const source = file ?? '';
  const fromFile = naming.external !== true && driver === undefined && content === undefined;
  return present({
    ...naming,
    content,
    // Without `file` Docker takes the working folder itself, and fails to read it.
    file: fromFile ? (posix.isAbsolute(source) ? source : absolute(context.workingDir, source)) : undefined,
    labels: fields.stringMap('labels'),
    driver,
    driverOpts: fields.stringMap('driver_opts'),
    templateDriver: fields.text('template_driver'),
  });
};

/** What `content` or `environment` gives; the schema lets them in in the agent's dialect alone. Exactly one source may be named. */
const inlineContent = (kind: 'secret' | 'config', name: string, fields: Fields, { dialect, lookup }: ReadContext): string | undefined => {
  if (dialect !== 'agent') return undefined;
  const named = ['file', 'content', 'environment', 'driver', 'external'].filter((key) => fields.raw(key) !== undefined && fields.raw(key) !== false);
  if (named.length > 1) fields.refuse(named[1]!, `${kind} ${name}: ${named.join(' and ')} exclude each other; name one source`);
  if (named.length === 0) fields.refuse('', `${kind} ${name} has no source; name one of content, environment, file, driver, external`);
  const variable = fields.text('environment');
  if (variable === undefined) return fields.text('content');
  const value = lookup(variable);
  if (value === undefined) fields.refuse('environment', `${kind} ${name}: variable ${variable} is not set`);
  return value;
};

const isExternal = (fields: Fields): boolean => fields.raw('external') === true || isMap(fields.raw('external'));

/** `external` in its three forms as a flag and the name to look for. */
const externalName = (kind: string, deprecatedFrom: number, name: string, fields: Fields, { minor, warn }: ReadContext): { name?: string; external?: true } => {
  const ownName = fields.text('name');
  if (!isExternal(fields)) return present({ name: ownName });
  const nested = fields.at('external')?.text('name');
  if (nested === undefined) return { name: ownName ?? name, external: true };
  if (ownName !== undefined) fields.refuse('external', `${kind} ${name}: ${kind}.external.name and ${kind}.name conflict; only use ${kind}.name`);
  if (minor >= deprecatedFrom) warn(`${kind} ${name}: ${kind}.external.name is deprecated in favor of ${kind}.name`);
  return { name: nested, external: true };
};

const refuseOptions = (name: string, { driver, driverOpts = {}, labels = {} }: VolumeModel, fields: Fields): void => {
  const given = [
    ['driver', driver !== undefined],
    ['driver_opts', Object.keys(driverOpts).length > 0],
    ['labels', Object.keys(labels).length > 0],
  ] as const;
  for (const [key, isGiven] of given) if (isGiven) fields.refuse(key, `conflicting parameters "external" and "${key}" specified for volume "${name}"`);
};
