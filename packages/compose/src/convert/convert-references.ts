import { ComposeError } from '../errors.ts';
import type { FileObjectModel, FileReferenceModel, ServiceModel, StackModel } from '../model.ts';
import { byBytes } from '../normalise/byte-order.ts';
import type { ConfigReference, CredentialSpec, ReferenceFile, SecretReference } from '../spec/service-spec.ts';
import { scopedName } from './namespace.ts';

const CREDENTIAL_SPEC = { path: ['credential_spec'] } as const;

interface Named {
  readonly name: string;
  readonly file: ReferenceFile;
}

/**
 * A service's secrets by name, sorted.
 * @throws ComposeError for undeclared ones and two with one target.
 */
export const convertSecretReferences = (service: ServiceModel, { secrets }: StackModel, namespace: string): readonly SecretReference[] =>
  references('secret', service.secrets ?? [], secrets, namespace).map(({ name, file }) => ({ File: file, SecretName: name }));

/**
 * A service's configs by name, sorted, with the one of its credential spec, which is not mounted.
 * @throws ComposeError for undeclared ones and two with one target.
 */
export const convertConfigReferences = (service: ServiceModel, { configs }: StackModel, namespace: string): readonly ConfigReference[] => {
  const mounted: ConfigReference[] = references('config', service.configs ?? [], configs, namespace).map(({ name, file }) => ({ File: file, ConfigName: name }));
  const runtime = service.credentialSpec?.config;
  if (runtime !== undefined) mounted.push({ Runtime: {}, ConfigName: scopedName(namespace, runtime, declared('config', configs, runtime).name) });
  return mounted.sort((a, b) => byBytes(a.ConfigName, b.ConfigName));
};

/**
 * At most one of the three sources of a credential spec; a config by its name. As in Docker a config with a `name:` of its own is
 * not found again among the service's configs.
 * @throws ComposeError for more than one source and for a config that is not found.
 */
export const convertCredentialSpec = ({ credentialSpec: spec }: ServiceModel, configs: readonly ConfigReference[], namespace: string): CredentialSpec | null => {
  if (spec === undefined) return null;
  const given = (['config', 'file', 'registry'] as const).filter((source) => spec[source] !== undefined);
  if (given.length === 0) return null;
  const names = given.map((source) => `"${source.charAt(0).toUpperCase()}${source.slice(1)}"`);
  if (names.length === 2) throw new ComposeError('CONFLICT', `invalid credential spec: cannot specify both ${names[0]} and ${names[1]}`, CREDENTIAL_SPEC);
  if (names.length > 2) throw new ComposeError('CONFLICT', `invalid credential spec: cannot specify both ${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`, CREDENTIAL_SPEC);
  const { config: key, file = '', registry = '' } = spec;
  if (key === undefined) return { Config: '', File: file, Registry: registry };
  const config = [key, scopedName(namespace, key)].find((name) => configs.some(({ ConfigName }) => ConfigName === name));
  if (config === undefined) throw new ComposeError('UNDEFINED', `invalid credential spec: spec specifies config ${key}, but no such config can be found`, CREDENTIAL_SPEC);
  return { Config: config, File: file, Registry: registry };
};

const references = (kind: 'secret' | 'config', wanted: readonly FileReferenceModel[], objects: Readonly<Record<string, FileObjectModel>>, namespace: string): readonly Named[] => {
  const targets = new Set<string>();
  const found = wanted.map(({ source = '', target = source, uid = '0', gid = '0', mode = 0o444 }): Named => {
    const name = scopedName(namespace, source, declared(kind, objects, source).name);
    if (targets.has(target)) throw new ComposeError('CONFLICT', `duplicate ${kind} target for ${name} not allowed`, { path: [`${kind}s`] });
    targets.add(target);
    return { name, file: { Name: target, UID: uid, GID: gid, Mode: mode >>> 0 } };
  });
  return found.sort((a, b) => byBytes(a.name, b.name));
};

const declared = (kind: 'secret' | 'config', objects: Readonly<Record<string, FileObjectModel>>, key: string): FileObjectModel => {
  const object = Object.hasOwn(objects, key) ? objects[key] : undefined;
  if (object === undefined) throw new ComposeError('UNDEFINED', `undefined ${kind} ${JSON.stringify(key)}`, { path: [`${kind}s`] });
  return object;
};
