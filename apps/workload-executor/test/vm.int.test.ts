import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@axion/core';
import { startLibvirt, waitFor } from '@axion/testkit';
import type { Libvirt } from '@axion/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { detectVirtType } from '../src/drivers/vm/virt-type.ts';
import { Virsh } from '../src/drivers/vm/virsh.ts';
import { disk, vmRig } from './vm-rig.ts';
import type { VmRig } from './vm-rig.ts';

const run = promisify(execFile);
let libvirt: Libvirt;
beforeAll(async () => {
  libvirt = await startLibvirt();
});
afterAll(() => libvirt[Symbol.asyncDispose]());
// Without it every test would fail, each in its own words.
beforeEach(() => expect(libvirt.process.running, `libvirtd has ended: ${libvirt.process.output}`).toBe(true));

const isoFiles = async (path: string, file: string): Promise<string> => (await run('isoinfo', ['-i', path, '-J', '-x', `/${file}`])).stdout;

test('a machine boots, tells about itself, stops when asked, starts again, and goes without its disks', async () => {
  const rig = await vmRig(libvirt);
  const first = await rig.apply(rig.wanted('r1', { name: 'My machine', networks: [{ network: 'default', macAddress: '', ipAddress: '' }] }));
  expect(first).toMatchObject({ id: rig.id, revision: 'r1', memo: `sealed ${rig.id} r1 <&">`, state: 'running', mixed: false, metadata: { 'vm.domain_state': 'running', 'vm.domain_state_code': '1', 'vm.domain_reason': 'booted', 'vm.domain_reason_code': '1' } });
  expect(first.metadata['vm.mac_addresses']).toMatch(/^52:54:00:[0-9a-f:]{8}$/);
  await rig.booted();
  const xml = await rig.virsh('dumpxml', rig.id);
  expect(xml).toMatch(/machine='(?:pc-)?q35/);
  expect(xml).toMatch(/<graphics type='vnc' port='\d+' autoport='yes' listen='127\.0\.0\.1'>/);
  const all = await rig.driver.observe(rig.signal);
  expect(all.known && all.value.get(rig.id)).toEqual(await rig.inspect());
  await rig.driver.usage([rig.id], rig.signal);
  expect((await rig.driver.usage([rig.id], rig.signal)).get(rig.id)).toMatchObject({ source: 'virsh', memoryBytes: expect.any(Number), diskReadBytes: expect.any(Number) });

  await rig.driver.stop(rig.id, rig.signal);
  expect(await rig.inspect()).toMatchObject({ state: 'stopped', revision: 'r1', metadata: { 'vm.domain_state': 'shutoff', 'vm.domain_reason': 'shutdown' } });
  await rig.driver.start(rig.id, rig.signal);
  await rig.booted(2);
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
  expect(await rig.inspect()).toBe('absent');
  expect(await readdir(rig.file('.'))).toEqual(['boot.raw']);
});

test('a guest that does not listen is switched off when its time is over', async () => {
  const rig = await vmRig(libvirt, { obeys: false });
  await rig.apply(rig.wanted('r1'));
  await rig.booted();
  await rig.driver.stop(rig.id, rig.signal);
  expect(await rig.inspect()).toMatchObject({ state: 'stopped', metadata: { 'vm.domain_reason': 'destroyed' } });
});

test('a VM revision change keeps its disks', async () => {
  const rig = await vmRig(libvirt);
  const boot = disk({ path: 'boot.raw', boot: true });
  await rig.apply(rig.wanted('r1', { disks: [boot, disk({ format: 'qcow2', sizeGb: 1 }), disk({ path: 'more.raw', sizeGb: 1 })] }));
  await rig.booted();
  const uuid = await rig.virsh('domuuid', rig.id);
  await rig.inDisk('more.raw', 4096, 'precious');
  await rig.inDisk('boot.raw', 4096, 'precious');

  // One disk goes, one grows, one comes, another title, more memory, another processor: and the guest runs on.
  const second = await rig.apply(rig.wanted('r2', { name: 'other', memoryMb: 96, vcpus: 2, disks: [boot, disk({ format: 'qcow2', sizeGb: 2 }), disk({ path: 'new.qcow2', format: 'qcow2', sizeGb: 1 })] }));
  expect(second).toMatchObject({ revision: 'r2', state: 'running', mixed: false, message: expect.stringContaining('memory of 96 MB') });
  expect(await rig.virsh('domuuid', rig.id)).toBe(uuid);
  expect((await readFile(rig.file('console.log'), 'utf8')).match(/TINY-GUEST-UP/g), 'it was not booted again').toHaveLength(1);
  expect(await rig.atDisk('more.raw', 4096, 8), 'a disk that goes is not deleted').toBe('precious');
  expect((await stat(rig.file('more.raw'))).size).toBe(1024 ** 3);
  expect(await rig.atDisk('boot.raw', 4096, 8)).toBe('precious');
  expect(JSON.parse((await run('qemu-img', ['info', '-U', '--output=json', rig.file('disk1.qcow2')])).stdout)).toMatchObject({ 'virtual-size': 2 * 1024 ** 3 });
  expect(await rig.virsh('domblklist', rig.id)).toContain('new.qcow2');
  expect(await rig.virsh('domblklist', rig.id, '--inactive')).not.toContain('more.raw');
  expect((await rig.virsh('vcpucount', rig.id, '--current', '--live')).trim()).toBe('2');

  await rig.driver.stop(rig.id, rig.signal);
  await rig.driver.start(rig.id, rig.signal);
  await rig.booted(2);
  expect(await rig.inspect()).toMatchObject({ message: 'running (booted)' });
  expect(await rig.virsh('domblklist', rig.id)).not.toContain('more.raw');
  // And back: what the disk held is there again.
  await rig.apply(rig.wanted('r3', { disks: [boot, disk({ path: 'more.raw', sizeGb: 1 })] }));
  expect(await rig.atDisk('more.raw', 4096, 8)).toBe('precious');
});

test('a failed create keeps existing volume data', async () => {
  const rig = await vmRig(libvirt);
  const volume = { name: 'data', driver: 'local', sizeGb: 1, accessMode: '', fsType: '', mountPath: '', readOnly: false, retainPolicy: 'retain' };
  await rig.apply(rig.wanted('r1', { managedVolumes: [volume] }));
  const image = rig.file('volumes/data.qcow2');
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
  await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x5a 0 4k', image]);
  // The network cannot be started, so the domain cannot either.
  const fails = rig.wanted('r2', { managedVolumes: [volume], networks: [{ network: 'default', macAddress: '', ipAddress: '' }, { network: 'bridge:nowhere0', macAddress: '', ipAddress: '' }] });
  await expect(rig.apply(fails)).rejects.toMatchObject({ message: expect.stringContaining('its definition was removed, its disks kept') });
  expect(await rig.inspect()).toBe('absent');
  expect((await run('qemu-io', ['-f', 'qcow2', '-c', 'read -P 0x5a 0 4k', image])).stdout).not.toContain('verification failed');
  expect((await readFile(rig.file('boot.raw'))).subarray(510, 512).toString('hex')).toBe('55aa');
  await rig.apply(rig.wanted('r3', { managedVolumes: [{ ...volume, retainPolicy: 'delete' }] }));
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
  expect(await readdir(rig.file('volumes')), 'its policy lets it go').toEqual([]);
});

test('a change that cannot be made leaves the machine as it runs', async () => {
  const rig = await vmRig(libvirt);
  await rig.apply(rig.wanted('r1'));
  await rig.booted();
  const xml = await rig.virsh('dumpxml', rig.id, '--inactive');
  const bad = rig.wanted('r2', { memoryMb: 128, networks: [{ network: 'bridge:nowhere0', macAddress: '', ipAddress: '' }] });
  await expect(rig.apply(bad)).rejects.toMatchObject({ message: expect.stringContaining('it runs on as it was') });
  expect(await rig.inspect()).toMatchObject({ revision: 'r1', state: 'running', mixed: false, message: 'running (booted)' });
  expect(await rig.virsh('dumpxml', rig.id, '--inactive')).toBe(xml);
  await expect(rig.apply(rig.wanted('r3', { disks: [disk({ path: 'boot.raw', boot: true }), disk({ path: 'nothing.raw' })] }))).rejects.toMatchObject({ reason: 'STORAGE_ERROR', details: { field: 'spec.vm.disks[1]' } });
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', rig.file('big.qcow2'), '3G']);
  await expect(rig.apply(rig.wanted('r4', { disks: [disk({ path: 'boot.raw' }), disk({ path: 'big.qcow2', format: 'qcow2', sizeGb: 2 })] }))).rejects.toThrow('does not shrink');
  await expect(rig.apply(rig.wanted('r5', { disks: [disk({ path: 'boot.raw' }), disk({ path: 'big.qcow2', format: 'raw', sizeGb: 9 })] }))).rejects.toThrow('of format qcow2');
});

test('cloud-init comes as a seed, anew when it changes', async () => {
  const rig = await vmRig(libvirt);
  const userData = '#cloud-config\nhostname: one\n';
  const first = await rig.apply(rig.wanted('r1', { name: 'Node_1', cloudInitConfig: { userData, metaData: '', networkConfig: 'version: 2\n', vendorData: '' } }));
  const { 'vm.cloud_init_seed_path': path = '', 'vm.cloud_init_seed_size_bytes': bytes, 'vm.cloud_init_seed_checksum': checksum } = first.metadata;
  expect(await isoFiles(path, 'user-data')).toBe(userData);
  expect(await isoFiles(path, 'meta-data')).toMatch(new RegExp(`^instance-id: ${rig.id}-[0-9a-f]{12}\nlocal-hostname: node-1\n$`));
  expect(await isoFiles(path, 'network-config')).toBe('version: 2\n');
  expect((await run('isoinfo', ['-d', '-i', path])).stdout).toContain('Volume id: cidata');
  expect(Number(bytes)).toBe((await stat(path)).size);
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  expect((await stat(path)).mode & 0o077).toBe(0);
  const second = await rig.apply(rig.wanted('r2', { cloudInit: '#!/bin/sh\necho two\n' }));
  expect(await isoFiles(second.metadata['vm.cloud_init_seed_path'] ?? '', 'user-data')).toBe('#!/bin/sh\necho two\n');
  expect((await readdir(rig.file('.'))).filter((name) => name.startsWith('seed-'))).toHaveLength(1);
});

test('an address is reserved, moved, and given back', async () => {
  const rig = await vmRig(libvirt);
  const at = (ipAddress: string): { readonly network: string; readonly macAddress: string; readonly ipAddress: string } => ({ network: 'default', macAddress: '52:54:00:AA:BB:01', ipAddress });
  await rig.apply(rig.wanted('r1', { networks: [at('192.168.122.50')] }));
  expect(await rig.virsh('net-dumpxml', 'default')).toMatch(/<host mac='52:54:00:aa:bb:01'(?: name='[^']*')? ip='192\.168\.122\.50'/);
  const other = await vmRig(libvirt);
  await expect(other.apply(other.wanted('r1', { networks: [{ ...at('192.168.122.50'), macAddress: '' }] }))).rejects.toMatchObject({ reason: 'NETWORK_ERROR', message: expect.stringContaining('192.168.122.50') });
  await rig.apply(rig.wanted('r2', { networks: [at('192.168.122.51')] }));
  expect(await rig.virsh('net-dumpxml', 'default')).not.toContain('192.168.122.50');
  await rig.driver.remove(rig.id, undefined, { data: false }, rig.signal);
  expect(await rig.virsh('net-dumpxml', 'default')).not.toContain('192.168.122.51');
});

test('an address is reserved on a network that is not up, and given back', async () => {
  const rig = await vmRig(libvirt);
  const file = rig.file('network.xml');
  await writeFile(file, `<network><name>quiet</name><bridge name='virbr9'/><ip address='192.168.123.1' netmask='255.255.255.0'><dhcp><range start='192.168.123.2' end='192.168.123.254'/></dhcp></ip></network>`);
  await rig.virsh('net-define', file);
  await rig.apply(rig.wanted('r1', { networks: [{ network: 'quiet', macAddress: '', ipAddress: '192.168.123.50' }] }, 'stopped'));
  expect(await rig.virsh('net-dumpxml', 'quiet')).toContain("ip='192.168.123.50'");
  await rig.driver.remove(rig.id, undefined, { data: false }, rig.signal);
  expect(await rig.virsh('net-dumpxml', 'quiet')).not.toContain('192.168.123.50');
  expect(await rig.virsh('net-list', '--name')).not.toContain('quiet');
});

test('a guest gets the address that is reserved for it, and its status tells so', async () => {
  const [fixed, free] = [await vmRig(libvirt), await vmRig(libvirt)];
  const boot = async (rig: VmRig, macAddress: string, ipAddress: string): Promise<void> => {
    await rig.apply(rig.wanted('r1', { networks: [{ network: 'default', macAddress, ipAddress }] }, 'stopped'));
    // From a disk without a boot sector the firmware goes on to the network card, once it is told of it. The card's own
    // program is a guest like any other: it asks for a lease with DHCP.
    await writeFile(rig.file('boot.raw'), Buffer.alloc(1024 * 1024));
    await writeFile(rig.file('card.xml'), (await rig.virsh('dumpxml', rig.id, '--inactive')).replace('</interface>', "<boot order='9'/></interface>"));
    await rig.virsh('define', rig.file('card.xml'));
    await rig.driver.start(rig.id, rig.signal);
  };
  await Promise.all([boot(fixed, '52:54:00:AA:BB:07', '192.168.122.77'), boot(free, '', '')]);
  const told = (rig: VmRig): Promise<Readonly<Record<string, string>>> =>
    waitFor(
      async () => {
        const found = await rig.inspect();
        return found !== 'absent' && found.metadata['vm.primary_ip'] !== undefined && found.metadata;
      },
      { what: 'an address', timeoutMs: 90_000, intervalMs: 500 },
    );
  expect(await told(fixed)).toMatchObject({
    'vm.primary_ip': '192.168.122.77',
    'vm.ip_addresses': '192.168.122.77',
    'vm.mac_addresses': '52:54:00:aa:bb:07',
    'vm.interfaces': JSON.stringify([{ mac: '52:54:00:aa:bb:07', network: 'default', ips: ['192.168.122.77'] }]),
  });
  const { 'vm.primary_ip': address } = await told(free);
  expect(address).toMatch(/^192\.168\.122\.\d+$/);
  expect(address).not.toBe('192.168.122.77');
});

test('disks whose names look like files of the agent stay, and metadata is on the domain', async () => {
  const rig = await vmRig(libvirt);
  const names = ['seed-data.raw', 'console.log.raw', '.draft-x.raw'];
  await rig.apply(rig.wanted('r1', { metadata: { team: 'a&b' }, disks: [disk({ path: 'boot.raw', boot: true }), ...names.map((path) => disk({ path, sizeGb: 1 }))] }));
  expect(await rig.virsh('dumpxml', rig.id)).toContain('axion:label');
  await rig.apply(rig.wanted('r2'));
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
  expect(await readdir(rig.file('.'))).toEqual(expect.arrayContaining(names));
});

test('an id that reads as the UUID of another machine meets nobody else', async () => {
  const rig = await vmRig(libvirt);
  await rig.apply(rig.wanted('r1'));
  const uuid = await rig.virsh('domuuid', rig.id);
  const wanted = { ...rig.wanted('r1'), id: uuid };
  await mkdir(join(rig.folder, uuid), { mode: 0o711 });
  await writeFile(join(rig.folder, uuid, 'boot.raw'), Buffer.alloc(1024 * 1024));
  await expect(rig.apply(wanted)).rejects.toMatchObject({ reason: 'NAME_IN_USE' });
  await rig.driver.stop(uuid, rig.signal).catch(() => undefined);
  await rig.driver.remove(uuid, undefined, { data: true }, rig.signal).catch(() => undefined);
  expect(await rig.inspect()).toMatchObject({ state: 'running', revision: 'r1', mixed: false });
});

test('a managed volume grows under a guest that runs', async () => {
  const rig = await vmRig(libvirt);
  const volume = { name: 'data', driver: 'local', sizeGb: 1, accessMode: '', fsType: '', mountPath: '', readOnly: false, retainPolicy: 'delete' };
  await rig.apply(rig.wanted('r1', { managedVolumes: [volume] }));
  const image = rig.file('volumes/data.qcow2');
  expect((await stat(image)).mode & 0o077).toBe(0);
  await rig.apply(rig.wanted('r2', { managedVolumes: [{ ...volume, sizeGb: 2 }] }));
  expect(JSON.parse((await run('qemu-img', ['info', '-U', '--output=json', image])).stdout)).toMatchObject({ 'virtual-size': 2 * 1024 ** 3 });
  expect(await rig.virsh('domblkinfo', rig.id, 'vdb')).toMatch(/Capacity:\s+2147483648/);
  await expect(rig.apply(rig.wanted('r3', { managedVolumes: [volume] }))).rejects.toThrow('does not shrink');
  await rig.driver.remove(rig.id, undefined, { data: true }, rig.signal);
});

test('a domain of the same name that is not ours is left alone', async () => {
  const rig = await vmRig(libvirt);
  const xml = rig.file('foreign.xml');
  await writeFile(xml, `<domain type='qemu'><name>${rig.id}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`);
  await rig.virsh('define', xml);
  await expect(rig.apply(rig.wanted('r1'))).rejects.toMatchObject({ reason: 'NAME_IN_USE' });
  await expect(rig.driver.remove(rig.id, undefined, { data: true }, rig.signal)).rejects.toMatchObject({ reason: 'NAME_IN_USE' });
  expect(await rig.inspect()).toBe('absent');
  expect(await rig.virsh('domstate', rig.id)).toBe('shut off');
  await rig.virsh('undefine', rig.id);
});

test('while libvirt does not answer nothing is concluded; afterwards all is as it was, and events are told again', async () => {
  const rig = await vmRig(libvirt);
  await rig.apply(rig.wanted('r1'));
  await rig.booted();
  const told: (string | undefined)[] = [];
  const ended = new AbortController();
  const following = rig.driver.follow((id) => told.push(id), ended.signal);
  await libvirt.process.stop();
  expect(await rig.driver.observe(rig.signal)).toMatchObject({ known: false, because: { reason: 'LIBVIRT_UNREACHABLE' } });
  expect(await rig.driver.inspect(rig.id, rig.signal)).toMatchObject({ known: false });
  await expect(rig.driver.remove(rig.id, undefined, { data: true }, rig.signal)).rejects.toMatchObject({ reason: 'LIBVIRT_UNREACHABLE' });
  await libvirt.restart();
  expect(await rig.inspect()).toMatchObject({ revision: 'r1', state: 'running' });
  told.length = 0;
  await waitFor(
    async () => {
      await rig.virsh('suspend', rig.id);
      await rig.virsh('resume', rig.id);
      return told.includes(rig.id);
    },
    { what: 'the events to be told again', timeoutMs: 30_000, intervalMs: 500 },
  );
  // A kill at the worst moment leaves a mark, which the next run closes.
  const half = rig.again();
  await rig.virsh('destroy', rig.id);
  const marked = (await rig.virsh('dumpxml', rig.id, '--inactive')).replace("revision='r1'", "revision='r2' applying='yes'").replace('revision="r1"', 'revision="r2" applying="yes"');
  await writeFile(rig.file('half.xml'), marked);
  await rig.virsh('define', rig.file('half.xml'));
  expect(await rig.inspect()).toMatchObject({ mixed: true, revision: 'r2' });
  expect(await half.replace(rig.wanted('r1'), undefined, rig.signal)).toMatchObject({ mixed: false, revision: 'r1', state: 'running' });
  ended.abort();
  await following;
});

test('KVM is used where a guest really runs on it', async () => {
  const virsh = new Virsh({ uri: libvirt.uri, deadlineMs: 60_000, env: process.env });
  expect(await detectVirtType(virsh, systemClock, libvirt.path, AbortSignal.timeout(60_000))).toMatch(/^(?:kvm|qemu)$/);
  expect((await run('virsh', ['-q', '-c', libvirt.uri, 'list', '--all', '--name'])).stdout).not.toContain('axion-probe');
});

test('storage that is not installed is said to be missing', async () => {
  const rig = await vmRig(libvirt);
  const volume = { name: 'data', driver: 'ceph-rbd', sizeGb: 1, accessMode: '', fsType: '', mountPath: '', readOnly: false, retainPolicy: '' };
  await expect(rig.apply(rig.wanted('r1', { managedVolumes: [volume] }))).rejects.toMatchObject({ reason: 'VOLUME_DRIVER_UNAVAILABLE', retryable: false });
  // What never was can be deleted all the same.
  await rig.driver.remove(rig.id, rig.wanted('r1', { managedVolumes: [{ ...volume, retainPolicy: 'delete' }] }).spec, { data: true }, rig.signal);
});
