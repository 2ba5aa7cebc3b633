import { posix } from 'node:path';
import { AxionError } from '@axion/core';
import type { DiskConfig, NetworkConfig, VmSpec } from '../../workload/spec.ts';
import { isHostFile } from './host-folders.ts';
import { seedDocuments } from './seed-documents.ts';
import { isCdrom } from './wanted-disks.ts';

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const NETWORK = /^(?:bridge:)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const TARGET = /^(?:vd|sd)[a-z]{1,2}$/;
const KINDS = new Set(['', 'disk', 'file', 'cdrom', 'iso']);
const FORMATS = new Set(['', 'qcow2', 'raw', 'iso']);
const VOLUME_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const VOLUME_DRIVERS = new Set(['', 'local', 'nfs', 'ceph-rbd']);

const refuse = (field: string, what: string): never => {
  throw new AxionError('INVALID_ARGUMENT', `spec.vm.${field} ${what}`, { reason: 'INVALID_SPEC', details: { field: `spec.vm.${field}` } });
};
const shown = (text: string): string => JSON.stringify(text.slice(0, 80));
/** Also refuses what would end an XML document or a line. */
const isPlain = (text: string): boolean => !/\p{Cc}/u.test(text);

const checkDisk = (disk: DiskConfig, at: string): void => {
  const { path, device, format, type, sizeGb } = disk;
  if (!KINDS.has(type)) refuse(`${at}.type`, `is ${shown(type)}; it takes disk or cdrom`);
  if (!FORMATS.has(format)) refuse(`${at}.format`, `is ${shown(format)}; it takes qcow2 or raw`);
  if (!['', 'disk', 'cdrom'].includes(device) && !TARGET.test(device)) refuse(`${at}.device`, `is ${shown(device)}; it takes a name like vda or sda, or none`);
  if (path.split('/').includes('..') || !isPlain(path)) refuse(`${at}.path`, `is ${shown(path)}; it takes a path without ".."`);
  if (!Number.isInteger(sizeGb) || sizeGb < 0 || sizeGb > 65_536) refuse(`${at}.size_gb`, `is ${sizeGb}; it takes 1 to 65536, or 0 for a disk that exists`);
  if (isCdrom(disk) && !path.startsWith('/')) refuse(`${at}.path`, `is ${shown(path)}; a cdrom takes the absolute path of an image`);
  if (!isCdrom(disk) && format === 'iso') refuse(`${at}.format`, 'is iso, which only a cdrom has');
};

const checkNetwork = ({ network, macAddress, ipAddress }: NetworkConfig, at: string): void => {
  if (!NETWORK.test(network)) refuse(`${at}.network`, `is ${shown(network)}; it takes the name of a libvirt network, or bridge:NAME`);
  if (macAddress !== '' && !MAC.test(macAddress)) refuse(`${at}.mac_address`, `is ${shown(macAddress)}; it takes six bytes like 52:54:00:12:34:56`);
  if (macAddress !== '' && (Number.parseInt(macAddress.slice(0, 2), 16) & 1) === 1) refuse(`${at}.mac_address`, `is ${shown(macAddress)}, which is a group's address`);
  if (ipAddress !== '' && !IPV4.test(ipAddress)) refuse(`${at}.ip_address`, `is ${shown(ipAddress)}; it takes an IPv4 address`);
  if (ipAddress !== '' && network.startsWith('bridge:')) refuse(`${at}.ip_address`, 'is reserved at libvirt\'s own DHCP server, which a bridge does not have; give it through cloud_init_config.network_config');
};

const unique = (field: string, values: readonly string[]): void => {
  const seen = new Set<string>();
  for (const value of values.filter((each) => each !== '')) {
    if (seen.has(value)) refuse(field, `has ${shown(value)} twice`);
    seen.add(value);
  }
};

/**
 * Refuses paths that by their words alone lead into the host's or another machine's files; where links lead is looked at later.
 *
 * @param folder `[workloads].volumes_dir`
 * @throws {AxionError} `INVALID_ARGUMENT` with `details.field`
 */
export const validatePaths = (id: string, disks: readonly DiskConfig[], folder: string): void => {
  for (const [index, disk] of disks.entries()) {
    const path = posix.normalize(disk.path);
    if (!path.startsWith('/') || path.startsWith(`${folder}/${id}/`) || path.startsWith('/dev/')) continue;
    if (path.startsWith(`${folder}/`)) refuse(`disks[${index}].path`, `is ${shown(path)}, which is another machine's or the agent's own; a relative path is in the folder of this machine`);
    if (isHostFile(path, isCdrom(disk) ? 'read' : 'write')) refuse(`disks[${index}].path`, `is ${shown(path)}, which is in a folder of the host itself`);
  }
};

/** @throws {AxionError} `INVALID_ARGUMENT` with `details.field`, never with a document of cloud-init */
export const validateVm = (id: string, spec: VmSpec): void => {
  const { name, vcpus, memoryMb, disks, networks, managedVolumes, metadata } = spec;
  if (/^\d+$/.test(id)) throw new AxionError('INVALID_ARGUMENT', `id ${id} is a number, which libvirt would take for the number of a running machine; add a letter`, { reason: 'INVALID_WORKLOAD_ID', details: { field: 'id' } });
  if (!isPlain(name) || name.length > 200) refuse('name', 'takes up to 200 printable characters');
  if (!Number.isInteger(vcpus) || vcpus < 1 || vcpus > 255) refuse('vcpus', `is ${vcpus}; it takes 1 to 255`);
  if (!Number.isInteger(memoryMb) || memoryMb < 32) refuse('memory_mb', `is ${memoryMb}; it takes 32 or more`);
  for (const [index, disk] of disks.entries()) checkDisk(disk, `disks[${index}]`);
  for (const [index, network] of networks.entries()) checkNetwork(network, `networks[${index}]`);
  for (const [index, volume] of managedVolumes.entries()) {
    if (!VOLUME_NAME.test(volume.name)) refuse(`managed_volumes[${index}].name`, 'takes 1 to 64 letters, digits, "_", "." and "-"');
    if (!VOLUME_DRIVERS.has(volume.driver)) refuse(`managed_volumes[${index}].driver`, `is ${shown(volume.driver)}; it takes local, nfs or ceph-rbd`);
    if (volume.sizeGb < 1) refuse(`managed_volumes[${index}].size_gb`, `is ${volume.sizeGb}; a virtual machine's volume is a disk of 1 GB or more`);
  }
  if (disks.length === 0 && managedVolumes.length === 0 && (metadata['axion.kernel'] ?? '') === '') refuse('disks', 'is empty: there is nothing to boot from');
  unique('disks', disks.map(({ path }) => path));
  unique('disks', disks.map(({ device }) => (TARGET.test(device) ? device : '')));
  unique('networks', networks.map(({ macAddress }) => macAddress.toLowerCase()));
  unique('networks', networks.map(({ ipAddress }) => ipAddress));
  unique('managed_volumes', managedVolumes.map((volume) => volume.name));
  for (const [key, value] of Object.entries(metadata)) if (!isPlain(key) || !isPlain(value)) refuse('metadata', `has ${shown(key)}, which takes printable characters`);
  for (const key of ['axion.kernel', 'axion.initrd']) {
    const path = metadata[key] ?? '';
    if (path !== '' && (!path.startsWith('/') || path.split('/').includes('..') || !isPlain(path))) refuse('metadata', `has ${key}, which takes an absolute path without ".."`);
  }
  seedDocuments(id, spec);
};
