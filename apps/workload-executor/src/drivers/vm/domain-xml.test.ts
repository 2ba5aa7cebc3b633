import { expect, test } from 'vitest';
import { domainXml, diskXml } from './domain-xml.ts';
import type { Domain } from './domain.ts';
import { parseDomain } from './parse-domain.ts';

const full: Domain = {
  name: 'web.1', uuid: '6e1c5d5e-0000-4000-8000-000000000000', title: 'a <b> & "c"', type: 'kvm', arch: 'x86_64', machine: 'pc-q35-7.2',
  memoryKib: 65_536, currentMemoryKib: 32_768, vcpus: 2, maxVcpus: 8,
  directKernel: { kernel: '/k', initrd: '/i', cmdline: 'console=ttyS0 a="b & c"' },
  disks: [
    { device: 'disk', source: { kind: 'file', path: '/d/a & b.qcow2' }, format: 'qcow2', target: 'vda', readOnly: false, bootOrder: 1, address: { type: 'pci', bus: '0x03' } },
    { device: 'disk', source: { kind: 'block', path: '/dev/rbd/rbd/x' }, format: 'raw', target: 'vdb', serial: 'data', readOnly: true, remote: true },
    { device: 'cdrom', format: 'raw', target: 'sda', readOnly: true },
  ],
  interfaces: [{ mac: '52:54:00:00:00:01', source: { kind: 'network', name: 'default' } }, { mac: '52:54:00:00:00:02', source: { kind: 'bridge', name: 'br0' }, address: { type: 'pci', bus: '0x04' } }],
  controllers: [{ '@type': 'pci', '@index': '0', '@model': 'pcie-root' }],
  consoleLog: '/d/console.log',
  mark: {
    workload: 'web.1', revision: '007', memo: 'v1.<"\'&>', applying: true, seedChecksum: 'abc', seedBytes: 4096,
    reserved: ['default 52:54:00:00:00:01 10.0.0.5'],
    volumes: [{ driver: 'nfs', name: 'data', source: 'nfs://s/p', disposable: true }, { driver: 'local', name: 'more', source: '', disposable: false }],
    labels: { team: 'a <b> & "c"', empty: '' },
  },
};

test('what is written is read back', () => {
  expect(parseDomain(domainXml(full))).toEqual(full);
});

test('a bare domain too', () => {
  const { uuid: _uuid, directKernel: _kernel, mark: _mark, ...bare } = full;
  expect(parseDomain(domainXml({ ...bare, title: '', disks: [], interfaces: [], controllers: [] }))).toMatchObject({ uuid: '', title: '', disks: [], interfaces: [], controllers: [] });
  expect(parseDomain(domainXml(bare))).not.toHaveProperty('mark');
});

test('VNC listens on loopback alone, and KVM guests see the host\'s processor', () => {
  const xml = domainXml(full);
  expect(xml.match(/listen="[^"]*"/g)).toEqual(['listen="127.0.0.1"']);
  expect(xml).toContain('<listen type="address" address="127.0.0.1"/>');
  expect(xml).toContain('host-passthrough');
  expect(domainXml({ ...full, type: 'qemu' })).not.toContain('host-passthrough');
});

test('text cannot end an element', () => {
  expect(domainXml({ ...full, title: '</title><devices/>' })).not.toContain('</title><devices/>');
  expect(diskXml({ ...full.disks[0]!, source: { kind: 'file', path: '/d/"><x/>' } })).not.toContain('"><x/>');
});

test('units of memory, and what is no domain', () => {
  expect(parseDomain('<domain><name>n</name><memory unit="MiB">2</memory><currentMemory>1024</currentMemory><vcpu>3</vcpu></domain>')).toMatchObject({ memoryKib: 2048, currentMemoryKib: 1024, vcpus: 3, maxVcpus: 3, type: 'qemu' });
  expect(parseDomain('')).toBeUndefined();
  expect(parseDomain('<network/>')).toBeUndefined();
});
