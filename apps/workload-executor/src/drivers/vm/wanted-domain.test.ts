import { expect, test } from 'vitest';
import type { DiskConfig, VmSpec } from '../../workload/spec.ts';
import type { Domain } from './domain.ts';
import { planLive } from './plan-live.ts';
import { hostMachine, wantedDomain } from './wanted-domain.ts';

const disk = (path: string, over: Partial<DiskConfig> = {}): DiskConfig => ({ path, device: '', format: 'qcow2', sizeGb: 1, type: 'disk', boot: false, ...over });
const spec = (over: Partial<VmSpec> = {}): VmSpec => ({ name: '', vcpus: 1, memoryMb: 64, disks: [disk('a.qcow2'), disk('b.qcow2')], networks: [], cloudInit: '', metadata: {}, managedVolumes: [], ...over });
const facts = { type: 'qemu', ...hostMachine('x64'), folder: '/v/w', seed: undefined, volumes: [], targetsInUse: [] } as const;
const want = (over: Partial<VmSpec> = {}, existing?: Domain, more: object = {}): Domain => wantedDomain({ id: 'w', revision: 'r', memo: 'm', desired: 'running', spec: spec(over) }, { ...facts, ...more }, existing);
const placed = (domain: Domain): Domain => ({
  ...domain, uuid: 'u', machine: 'pc-q35-7.2',
  disks: domain.disks.map((each, index) => ({ ...each, address: { slot: `d${index}` } })),
  interfaces: domain.interfaces.map((each, index) => ({ ...each, address: { slot: `i${index}` } })),
});
const targets = ({ disks }: Domain): readonly string[] => disks.map(({ target, source }) => `${target} ${source?.path}`);

test('missing paths and names are filled in, and the disk to boot comes first', () => {
  const domain = want({ disks: [disk('', { format: 'raw' }), disk('/x/cd.iso', { type: '', sizeGb: 0, format: '' }), disk('sub/b.qcow2', { boot: true, device: 'sdc' })] }, undefined, { seed: { path: '/v/w/seed-0000000000000001.iso', checksum: 'c', bytes: 1 } });
  expect(targets(domain)).toEqual(['vda /v/w/disk0.raw', 'sda /x/cd.iso', 'sdc /v/w/sub/b.qcow2', 'sdb /v/w/seed-0000000000000001.iso']);
  expect(domain.disks.map(({ bootOrder }) => bootOrder)).toEqual([2, 3, 1, undefined]);
  expect(domain.disks.map(({ device }) => device)).toEqual(['disk', 'cdrom', 'disk', 'cdrom']);
});

test('a disk that stays keeps its name and place when one before it goes or comes', () => {
  const before = placed(want());
  const after = want({ disks: [disk('new.qcow2'), disk('b.qcow2')] }, before);
  expect(targets(after)).toEqual(['vda /v/w/new.qcow2', 'vdb /v/w/b.qcow2']);
  expect(after.disks[1]?.address).toEqual({ slot: 'd1' });
  expect(after.disks[0]?.address).toBeUndefined();
  expect(after).toMatchObject({ uuid: 'u', machine: 'pc-q35-7.2' });
  expect(targets(want({ disks: [disk('new.qcow2'), disk('b.qcow2')] }, before, { targetsInUse: ['vda', 'vdb'] }))).toEqual(['vdc /v/w/new.qcow2', 'vdb /v/w/b.qcow2']);
});

test('a disk that asks for a name has it, and the one that had it takes another', () => {
  const before = placed(want());
  expect(targets(want({ disks: [disk('a.qcow2'), disk('new.qcow2', { device: 'vda' })] }, before))).toEqual(['vdb /v/w/a.qcow2', 'vda /v/w/new.qcow2']);
});

test('an id that reads as a UUID is the UUID of its machine', () => {
  const of = (id: string, existing?: Domain): string | undefined => wantedDomain({ id, revision: 'r', memo: 'm', desired: 'running', spec: spec() }, facts, existing).uuid;
  expect(of('6E1C5D5E-0000-4000-8000-00000000000a')).toBe('6e1c5d5e-0000-4000-8000-00000000000a');
  expect(of('6e1c5d5e00004000800000000000000a')).toBe('6e1c5d5e-0000-4000-8000-00000000000a');
  expect(of('6e1c5d5e-0000-4000-8000-00000000000a', { ...want(), uuid: 'u' })).toBe('u');
  expect(of('web')).toBeUndefined();
});

test('an interface without an address of its own always has the same', () => {
  const networks = [{ network: 'default', macAddress: '', ipAddress: '10.0.0.9' }, { network: 'bridge:br0', macAddress: '52:54:00:AA:00:01', ipAddress: '' }];
  const { interfaces, mark } = want({ networks });
  expect(want({ networks }).interfaces).toEqual(interfaces);
  expect(interfaces[0]?.mac).toMatch(/^52:54:00:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}$/);
  expect(interfaces[1]).toEqual({ mac: '52:54:00:aa:00:01', source: { kind: 'bridge', name: 'br0' } });
  expect(mark?.reserved).toEqual([`default ${interfaces[0]?.mac} 10.0.0.9`]);
});

test('from what runs to what is wanted', () => {
  const running = placed(want({ networks: [{ network: 'default', macAddress: '', ipAddress: '' }], vcpus: 2, memoryMb: 128 }));
  expect(planLive(running, running)).toEqual({ steps: [], later: [] });
  const less = want({ disks: [disk('a.qcow2'), disk('c.qcow2')], memoryMb: 64, vcpus: 4 }, running, { targetsInUse: ['vda', 'vdb'] });
  expect(planLive(running, less)).toEqual({
    steps: [
      { action: 'detach-disk', target: 'vdb' },
      { action: 'attach-disk', disk: expect.objectContaining({ target: 'vdc' }) },
      { action: 'detach-interface', mac: running.interfaces[0]?.mac, kind: 'network' },
      { action: 'set-memory', kib: 65_536 },
      { action: 'set-vcpus', count: 4 },
    ],
    later: [],
  });
  const more = want({ disks: [disk('a.qcow2'), disk('other.qcow2', { device: 'vdb' })], memoryMb: 256, vcpus: 1, metadata: { 'axion.kernel': '/k' } }, running);
  expect(planLive(running, more)).toEqual({ steps: [{ action: 'detach-interface', mac: running.interfaces[0]?.mac, kind: 'network' }], later: ['another disk as vdb', 'memory of 256 MB', '1 processors', 'another kernel'] });
});

test('a seed that changes is changed in its drive; a first one waits for the next boot', () => {
  const seed = (path: string): object => ({ seed: { path, checksum: 'c', bytes: 1 } });
  const running = placed(want({}, undefined, seed('/v/w/seed-0000000000000001.iso')));
  expect(planLive(running, want({}, running, { ...seed('/v/w/seed-0000000000000002.iso'), targetsInUse: ['vda', 'vdb', 'sda'] })).steps).toEqual([{ action: 'change-medium', target: 'sda', path: '/v/w/seed-0000000000000002.iso' }]);
  expect(planLive(placed(want()), want({}, undefined, seed('/v/w/seed-0000000000000001.iso')))).toEqual({ steps: [], later: ['the drive sda comes'] });
});
