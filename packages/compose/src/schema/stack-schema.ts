import type { Dialect } from '../load-options.ts';
import { closed, extensions, flag, listOf, listOrMap, mapOf, named, since, text, textOrNumber, type Schema } from './schema.ts';
import { serviceSchema } from './service-schema.ts';
import { clusterVolume } from './cluster-volume-schema.ts';

/** The newest version of the file format, also what a file without `version` is checked against. */
export const LATEST_MINOR = 13;

/**
 * The stack file format in version 3.`minor`. What each version added is in the `since` calls; the whole is Docker's
 * (https://docs.docker.com/reference/compose-file/legacy-versions/), written down anew.
 */
export const stackSchema = (minor: number, dialect: Dialect): Schema => {
  const nestedExtensions = minor >= 7 ? { pattern: extensions } : {};
  const external: Schema = { types: ['boolean', 'object'], properties: { name: text }, closed: true };
  const looseExternal: Schema = { types: ['boolean', 'object'], properties: { name: text } };
  const labels = { labels: listOrMap };
  const options = { driver_opts: mapOf(textOrNumber) };
  const network = closed(
    {
      driver: text,
      ...options,
      ipam: closed({ driver: text, config: listOf(closed({ subnet: text })) }),
      external,
      internal: flag,
      ...labels,
      ...since(minor, 2, { attachable: flag }),
      ...since(minor, 5, { name: text }),
    },
    { types: ['object', 'null'], ...nestedExtensions },
  );
  const volume = closed(
    { driver: text, ...options, external, ...labels, ...since(minor, 4, { name: text }), ...since(minor, 10, { 'x-cluster-spec': clusterVolume }) },
    { types: ['object', 'null'], ...nestedExtensions },
  );
  // A command carries no files, so what it deploys may hold its configs and secrets itself.
  const inline = dialect === 'agent' ? { content: text, environment: text } : {};
  const secret = closed(
    {
      file: text,
      ...inline,
      external: looseExternal,
      ...labels,
      ...since(minor, 5, { name: text }),
      ...since(minor, 8, { driver: text, ...options, template_driver: text }),
    },
    nestedExtensions,
  );
  const config = closed(
    { file: text, ...inline, external: looseExternal, ...labels, ...since(minor, 5, { name: text }), ...since(minor, 8, { template_driver: text }) },
    nestedExtensions,
  );
  return closed(
    {
      version: text,
      services: named(serviceSchema(minor, dialect)),
      networks: { ...named(network), closed: false },
      volumes: named(volume),
      ...since(minor, 1, { secrets: named(secret) }),
      ...since(minor, 3, { configs: named(config) }),
      ...(dialect === 'agent' ? { name: text } : {}),
    },
    { ...(minor >= 4 ? { pattern: extensions } : {}), ...(minor < 10 ? { required: ['version'] } : {}) },
  );
};
