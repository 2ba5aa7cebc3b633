import { ComposeError } from './errors.ts';
import type { Warning } from './load-options.ts';
import { byBytes } from './normalise/byte-order.ts';
import type { StackDocument } from './yaml/read-document.ts';
import { isMap, type ValueMap } from './yaml/value.ts';

/** Service keys that a stack does not support. `restart` is named too although it is used. */
const UNSUPPORTED: readonly string[] = [
  'build', 'cgroupns_mode', 'cgroup_parent', 'devices', 'domainname', 'external_links', 'ipc', 'links', 'mac_address',
  'network_mode', 'pid', 'privileged', 'restart', 'security_opt', 'shm_size', 'userns_mode',
];

const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['container_name', 'Setting the container name is not supported.'],
  ['expose', "Exposing ports is unnecessary - services on the same network can access each other's containers on any port."],
]);

const RESOURCES_HINT = 'Set resource limits using deploy.resources';
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['extends', 'Support for `extends` is not implemented yet.'],
  ['volume_driver', 'Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and specify the driver there.'],
  ['volumes_from', 'To share a volume between services, define it using the top-level `volumes` option and reference it from each service that shares it using the service-level `volumes` option.'],
  ...['cpu_quota', 'cpu_shares', 'cpuset', 'mem_limit', 'memswap_limit'].map((key) => [key, RESOURCES_HINT] as const),
]);

/** Keys of `wanted` that any service uses, sorted, with the first service that does. */
const usedKeys = (root: ValueMap, wanted: readonly string[]): [key: string, service: string][] => {
  const services = root.get('services');
  if (!isMap(services)) return [];
  return [...wanted].sort(byBytes).flatMap((key): [string, string][] => {
    const user = [...services].find(([, service]) => isMap(service) && service.has(key));
    return user === undefined ? [] : [[key, user[0]]];
  });
};

/**
 * Refuses keys of older formats that would silently change what a service may use.
 * @throws ComposeError naming all of them and what to do instead.
 */
export const refuseForbiddenKeys = (document: StackDocument): void => {
  const used = usedKeys(document.root, [...FORBIDDEN.keys()]);
  const [first] = used;
  if (first === undefined) return;
  const lines = used.map(([key]) => `${key}: ${FORBIDDEN.get(key)}`);
  const path = ['services', first[1], first[0]];
  throw new ComposeError('FORBIDDEN_KEY', `Compose file contains unsupported options:\n\n${lines.join('\n\n')}`, { ...document.position(path), key: path.join('.') });
};

/** Warnings about keys that are ignored, each kind once for all files. */
export const ignoredKeyWarnings = (documents: readonly StackDocument[]): readonly Warning[] => {
  const used = (wanted: readonly string[]): string[] => [...new Set(documents.flatMap(({ root }) => usedKeys(root, wanted).map(([key]) => key)))].sort(byBytes);
  const unsupported = used(UNSUPPORTED);
  const deprecated = used([...DEPRECATED.keys()]);
  return [
    ...(unsupported.length === 0 ? [] : [{ kind: 'unsupported' as const, keys: unsupported, text: `Ignoring unsupported options: ${unsupported.join(', ')}` }]),
    ...(deprecated.length === 0
      ? []
      : [{ kind: 'deprecated' as const, keys: deprecated, text: `Ignoring deprecated options:\n\n${deprecated.map((key) => `${key}: ${DEPRECATED.get(key)}`).join('\n\n')}` }]),
  ];
};
