import { createHash } from 'node:crypto';
import { AxionError } from '@axion/core';
import { parseDocument, stringify } from 'yaml';
import type { VmSpec } from '../../workload/spec.ts';

/** The files of a cloud-init NoCloud seed (https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html). */
export type SeedDocuments = Readonly<Record<string, string>>;

const MAX_BYTES = 256 * 1024;

const refuse = (field: string, what: string): never => {
  throw new AxionError('INVALID_ARGUMENT', `spec.vm.${field} ${what}`, { reason: 'INVALID_SPEC', details: { field: `spec.vm.${field}` } });
};

/** Only YAML documents can be checked; scripts, MIME archives and templates are the guest's business. */
const checkYaml = (field: string, text: string): void => {
  const document = parseDocument(text);
  const [problem] = document.errors;
  // The words of the error end where it begins to show the document.
  if (problem !== undefined) refuse(field, `is not valid YAML: ${problem.message.split('\n')[0] ?? ''}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) refuse(field, 'is no mapping');
};

const checkUserData = (field: string, text: string): void => {
  const first = text.split('\n', 1)[0]?.trim() ?? '';
  if (first === '#cloud-config') return checkYaml(field, text);
  if (first.startsWith('#') || /^(?:content-type|mime-version):/i.test(first)) return;
  refuse(field, 'begins neither with #cloud-config, nor with #! or another # line, nor as a MIME archive: cloud-init would ignore it');
};

/**
 * The documents of a spec's seed, checked; `undefined` when it has none. Without meta-data of its own, a seed says a new
 * instance whenever its contents change, because cloud-init applies them once for each instance. Pure.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with `details.field`, never with a line of a document
 */
export const seedDocuments = (id: string, { cloudInit, cloudInitConfig, name }: Pick<VmSpec, 'cloudInit' | 'cloudInitConfig' | 'name'>): SeedDocuments | undefined => {
  const { userData = '', metaData = '', networkConfig = '', vendorData = '' } = cloudInitConfig ?? {};
  const user = userData === '' ? cloudInit : userData;
  const userField = userData === '' ? 'cloud_init' : 'cloud_init_config.user_data';
  if ([user, metaData, networkConfig, vendorData].every((text) => text === '')) return undefined;
  if (user !== '') checkUserData(userField, user);
  if (vendorData !== '') checkUserData('cloud_init_config.vendor_data', vendorData);
  if (metaData !== '') checkYaml('cloud_init_config.meta_data', metaData);
  if (networkConfig !== '') checkYaml('cloud_init_config.network_config', networkConfig);
  const bytes = [user, metaData, networkConfig, vendorData].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_BYTES) refuse(userField, `and the other documents are ${bytes} bytes together; at most ${MAX_BYTES} are taken`);
  const contents = createHash('sha256').update(JSON.stringify([user, networkConfig, vendorData])).digest('hex').slice(0, 12);
  const hostname = (name === '' ? id : name).toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 63);
  return {
    'user-data': user === '' ? '#cloud-config\n' : user,
    'meta-data': metaData === '' ? stringify({ 'instance-id': `${id}-${contents}`, 'local-hostname': hostname }) : metaData,
    ...(networkConfig === '' ? {} : { 'network-config': networkConfig }),
    ...(vendorData === '' ? {} : { 'vendor-data': vendorData }),
  };
};
