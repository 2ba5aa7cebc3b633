import { expect, test } from 'vitest';
import type { VmSpec } from '../../workload/spec.ts';
import { seedDocuments } from './seed-documents.ts';
import { validatePaths, validateVm } from './validate-vm.ts';

const disk = { path: '', device: '', format: 'qcow2', sizeGb: 1, type: 'disk', boot: true };
const volume = { name: 'data', driver: 'local', sizeGb: 1, accessMode: '', fsType: '', mountPath: '', readOnly: false, retainPolicy: '' };
const config = { userData: '', metaData: '', networkConfig: '', vendorData: '' };
const net = { network: 'default', macAddress: '', ipAddress: '' };
const spec = (over: Partial<VmSpec> = {}): VmSpec => ({ name: 'a', vcpus: 1, memoryMb: 512, disks: [disk], networks: [net], cloudInit: '', metadata: {}, managedVolumes: [], ...over });

test.each<[string, Partial<VmSpec>]>([
  ['name', { name: 'a\nb' }],
  ['vcpus', { vcpus: 0 }],
  ['memory_mb', { memoryMb: 8 }],
  ['disks', { disks: [] }],
  ['disks', { disks: [{ ...disk, path: 'a' }, { ...disk, path: 'a' }] }],
  ['disks[0].path', { disks: [{ ...disk, path: '/x/../etc/passwd' }] }],
  ['disks[0].path', { disks: [{ ...disk, type: 'cdrom', path: 'rel.iso' }] }],
  ['disks[0].format', { disks: [{ ...disk, format: 'vmdk' }] }],
  ['disks[0].type', { disks: [{ ...disk, type: 'floppy' }] }],
  ['disks[0].device', { disks: [{ ...disk, device: "vda'/>" }] }],
  ['disks[0].size_gb', { disks: [{ ...disk, sizeGb: -1 }] }],
  ['networks[0].network', { networks: [{ ...net, network: '' }] }],
  ['networks[0].mac_address', { networks: [{ ...net, macAddress: '52:54:00' }] }],
  ['networks[0].mac_address', { networks: [{ ...net, macAddress: '01:00:5e:00:00:01' }] }],
  ['networks[0].ip_address', { networks: [{ ...net, ipAddress: '10.0.0.256' }] }],
  ['networks[0].ip_address', { networks: [{ ...net, network: 'bridge:br0', ipAddress: '10.0.0.2' }] }],
  ['managed_volumes[0].name', { managedVolumes: [{ ...volume, name: '../x' }] }],
  ['managed_volumes[0].driver', { managedVolumes: [{ ...volume, driver: 'zfs' }] }],
  ['managed_volumes[0].size_gb', { managedVolumes: [{ ...volume, sizeGb: 0 }] }],
  ['metadata', { metadata: { 'axion.kernel': 'vmlinuz' } }],
  ['cloud_init', { cloudInit: 'hostname: x' }],
  ['cloud_init', { cloudInit: '#cloud-config\nhostname: [x' }],
  ['cloud_init_config.user_data', { cloudInitConfig: { ...config, userData: '#cloud-config\n- a\n' } }],
  ['cloud_init_config.user_data', { cloudInitConfig: { ...config, userData: `#!/bin/sh\n${'x'.repeat(256 * 1024)}` } }],
  ['cloud_init_config.meta_data', { cloudInitConfig: { ...config, metaData: 'a: b: c' } }],
  ['cloud_init_config.network_config', { cloudInitConfig: { ...config, networkConfig: 'just text' } }],
  ['cloud_init_config.vendor_data', { cloudInitConfig: { ...config, vendorData: 'x' } }],
])('%s', (field, over) => {
  expect(() => validateVm('w', spec(over))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: `spec.vm.${field}` } }));
});

test.each(['/etc/passwd', '//etc/passwd', '/./etc/x', '/usr/bin/env', '/root/x.qcow2', '/home/a/.ssh/id', '/proc/kcore', '/run/x', '/var/lib/docker/x', '/var/lib/axion/bus/x', '/var/lib/libvirt/qemu/x', '/boot/x', '/lib64/x', '/vols/other/boot.raw', '/vols/.nfs/x'])('no disk is %s', (path) => {
  expect(() => validatePaths('w', [disk, { ...disk, path }], '/vols')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', reason: 'INVALID_SPEC', details: { field: 'spec.vm.disks[1].path' } }));
});

test.each(['', 'a.qcow2', '/vols/w/a.raw', '/var/lib/libvirt/images/x.qcow2', '/srv/vms/x.qcow2', '/dev/vg/disk', '/etcetera/x', '/home/a/vms/x.qcow2'])('a disk may be %j', (path) => {
  expect(() => validatePaths('w', [{ ...disk, path }], '/vols')).not.toThrow();
});

test('a cdrom may be a program of the host, and no more of it', () => {
  const cdrom = (path: string): void => validatePaths('w', [{ ...disk, type: 'cdrom', path }], '/vols');
  expect(() => cdrom('/usr/share/virtio-win/virtio-win.iso')).not.toThrow();
  expect(() => cdrom('/etc/shadow.iso')).toThrow('folder of the host');
});

test('an id of digits alone, which libvirt reads as the number of a machine that runs', () => {
  expect(() => validateVm('12', spec())).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: 'id' } }));
  expect(() => validateVm('12a', spec())).not.toThrow();
});

test('what is good is taken', () => {
  expect(() => validateVm('w', spec({ cloudInitConfig: { ...config, userData: '## template: jinja\n#cloud-config\nx: {{ y }}\n', metaData: 'instance-id: x' }, metadata: { 'axion.kernel': '/k' }, managedVolumes: [volume] }))).not.toThrow();
});

test('a bad document is refused without showing it', () => {
  const refusal = (): void => validateVm('w', spec({ cloudInit: '#cloud-config\npassword: [hunter2-secret}\n' }));
  expect(refusal).toThrow(/not valid YAML/);
  expect(refusal).not.toThrow(/hunter2/);
});

test('a seed is a new instance when its contents change, and only then', () => {
  const of = (cloudInit: string, name = 'a'): string | undefined => seedDocuments('w', { cloudInit, cloudInitConfig: undefined, name })?.['meta-data'];
  expect(of('#cloud-config\n')).toBe(of('#cloud-config\n'));
  expect(of('#cloud-config\n')).not.toBe(of('#cloud-config\na: 1\n'));
  expect(of('#cloud-config\n', 'My_Node.1')).toContain('local-hostname: my-node-1\n');
  expect(seedDocuments('w', { cloudInit: '', cloudInitConfig: undefined, name: '' })).toBeUndefined();
});
