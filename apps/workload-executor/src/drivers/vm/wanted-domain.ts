import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { VmSpec } from '../../workload/spec.ts';
import type { Wanted } from '../driver.ts';
import type { Domain, Interface } from './domain.ts';
import type { Seed } from './seed-iso.ts';
import type { VolumeDisk } from '../volumes/volume-driver.ts';
import { wantedDisks } from './wanted-disks.ts';
import { markedVolumes } from '../volumes/volume-driver.ts';

export interface DomainFacts {
  readonly type: Domain['type'];
  readonly arch: string;
  readonly machine: string;
  readonly folder: string;
  readonly seed: Seed | undefined;
  readonly volumes: readonly VolumeDisk[];
  readonly targetsInUse: readonly string[];
}

/** Processors that can be plugged in later. Empty places cost nothing. */
const VCPU_ROOM = 8;

/** The chipset that fits the host's processor. */
export const hostMachine = (arch: string): { readonly arch: string; readonly machine: string } =>
  arch === 'arm64' ? { arch: 'aarch64', machine: 'virt' } : { arch: 'x86_64', machine: 'q35' };

/** An address in QEMU's range that the same machine and place in its list always get. */
const stableMac = (id: string, index: number): string => {
  const bytes = createHash('sha256').update(`${index}:${id}`).digest();
  return ['52', '54', '00', ...[0, 1, 2].map((at) => bytes.subarray(at, at + 1).toString('hex'))].join(':');
};

const wantedInterfaces = (id: string, { networks }: VmSpec, existing: readonly Interface[]): readonly Interface[] =>
  networks.map(({ network, macAddress }, index) => {
    const mac = macAddress === '' ? stableMac(id, index) : macAddress.toLowerCase();
    const address = existing.find((each) => each.mac === mac)?.address;
    const source = network.startsWith('bridge:') ? ({ kind: 'bridge', name: network.slice('bridge:'.length) } as const) : ({ kind: 'network', name: network } as const);
    return { mac, source, ...(address === undefined ? {} : { address }) };
  });

/**
 * libvirt takes a word that reads as a UUID for one before it takes it for a name. So a machine with such an id has that UUID, and
 * nothing that is done to it meets another machine.
 */
const uuidOf = (id: string, existing: Domain | undefined): { readonly uuid?: string } => {
  if (existing?.uuid !== undefined) return { uuid: existing.uuid };
  const digits = id.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? { uuid: digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') } : {};
};

/** Addresses to be reserved, as the mark keeps them: `NETWORK MAC IP`. */
const reservations = ({ networks }: VmSpec, interfaces: readonly Interface[]): readonly string[] =>
  networks.flatMap(({ network, ipAddress }, index) => (ipAddress === '' ? [] : [`${network} ${interfaces[index]?.mac ?? ''} ${ipAddress}`]));

/**
 * The domain that a spec asks for. What stands already gives what the guest would otherwise see change: the machine's
 * UUID, chipset, and the place of every device that stays. Pure.
 */
export const wantedDomain = ({ id, revision, memo, spec }: Wanted<'vm'>, facts: DomainFacts, existing: Domain | undefined): Domain => {
  const interfaces = wantedInterfaces(id, spec, existing?.interfaces ?? []);
  const { 'axion.kernel': kernel = '', 'axion.initrd': initrd = '', 'axion.cmdline': cmdline = '' } = spec.metadata;
  const memoryKib = spec.memoryMb * 1024;
  return {
    name: id,
    ...uuidOf(id, existing),
    title: spec.name,
    type: existing?.type ?? facts.type,
    arch: existing?.arch ?? facts.arch,
    machine: existing?.machine ?? facts.machine,
    memoryKib,
    currentMemoryKib: memoryKib,
    vcpus: spec.vcpus,
    // Kept while it fits: another number is another layout, which takes a restart.
    maxVcpus: existing !== undefined && existing.maxVcpus >= spec.vcpus ? existing.maxVcpus : Math.max(spec.vcpus, VCPU_ROOM),
    ...(kernel === '' ? {} : { directKernel: { kernel, initrd, cmdline } }),
    disks: wantedDisks({ disks: spec.disks, volumes: facts.volumes, seed: facts.seed?.path, folder: facts.folder, targetsInUse: facts.targetsInUse }, existing?.disks ?? []),
    interfaces,
    controllers: existing?.controllers ?? [],
    consoleLog: join(facts.folder, 'console.log'),
    mark: {
      workload: id,
      revision,
      memo,
      applying: false,
      ...(facts.seed === undefined ? {} : { seedChecksum: facts.seed.checksum, seedBytes: facts.seed.bytes }),
      reserved: reservations(spec, interfaces),
      volumes: markedVolumes(spec.managedVolumes),
      labels: spec.metadata,
    },
  };
};
