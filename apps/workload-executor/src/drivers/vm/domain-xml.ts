import { XMLBuilder } from 'fast-xml-parser';
import type { Disk, Domain, DomainMark, Interface } from './domain.ts';

export const MARK_NAMESPACE = 'https://axion.dev/xmlns/workload/1';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, suppressEmptyNode: true });

type Attributes = Readonly<Record<string, string>>;
const attributes = (values: Readonly<Record<string, string | undefined>>): Attributes =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[`@${name}`, value]])));
const address = (value: Readonly<Record<string, string>> | undefined): object => (value === undefined ? {} : { address: attributes(value) });

const BUSES: readonly (readonly [prefix: string, bus: string])[] = [['vd', 'virtio'], ['sd', 'sata'], ['hd', 'ide'], ['xvd', 'xen']];
const busOf = (target: string): string => BUSES.find(([prefix]) => target.startsWith(prefix))?.[1] ?? 'virtio';

/** A failed write of the host's cache is told once and forgotten; without the cache, the request that failed is done again when the guest goes on. */
const REMOTE = { cache: 'none', error_policy: 'stop', rerror_policy: 'stop' } as const;

const diskElement = (disk: Disk): object => ({
  ...attributes({ type: disk.source?.kind ?? 'file', device: disk.device }),
  driver: attributes({ name: 'qemu', type: disk.format, ...(disk.device === 'disk' ? { discard: 'unmap' } : {}), ...(disk.remote === true ? REMOTE : {}) }),
  ...(disk.source === undefined ? {} : { source: attributes(disk.source.kind === 'file' ? { file: disk.source.path } : { dev: disk.source.path }) }),
  target: attributes({ dev: disk.target, bus: busOf(disk.target) }),
  ...(disk.readOnly ? { readonly: '' } : {}),
  ...(disk.serial === undefined ? {} : { serial: disk.serial }),
  ...(disk.bootOrder === undefined ? {} : { boot: attributes({ order: String(disk.bootOrder) }) }),
  ...address(disk.address),
});

const interfaceElement = ({ mac, source, ...rest }: Interface): object => ({
  ...attributes({ type: source.kind }),
  mac: attributes({ address: mac }),
  source: attributes({ [source.kind]: source.name }),
  model: attributes({ type: 'virtio' }),
  ...address(rest.address),
});

const markElement = (mark: DomainMark): object => ({
  'axion:workload': {
    ...attributes({
      'xmlns:axion': MARK_NAMESPACE,
      id: mark.workload,
      revision: mark.revision,
      memo: mark.memo,
      applying: mark.applying ? 'yes' : undefined,
      'seed-checksum': mark.seedChecksum,
      'seed-bytes': mark.seedBytes === undefined ? undefined : String(mark.seedBytes),
    }),
    'axion:reserved': mark.reserved.map((text) => attributes({ address: text })),
    'axion:volume': mark.volumes.map(({ driver, name, source, disposable }) => attributes({ driver, name, source, disposable: disposable ? 'yes' : undefined })),
    'axion:label': Object.entries(mark.labels).map(([name, value]) => attributes({ name, value })),
  },
});

/** One disk by itself, for attaching it to a domain that runs. */
export const diskXml = (disk: Disk): string => builder.build({ disk: diskElement(disk) });

export const interfaceXml = (element: Interface): string => builder.build({ interface: interfaceElement(element) });

/** The domain as libvirt reads it (https://libvirt.org/formatdomain.html). VNC listens on loopback alone. Pure. */
export const domainXml = (domain: Domain): string => {
  const { directKernel } = domain;
  return builder.build({
    domain: {
      ...attributes({ type: domain.type }),
      name: domain.name,
      ...(domain.uuid === undefined ? {} : { uuid: domain.uuid }),
      ...(domain.title === '' ? {} : { title: domain.title }),
      ...(domain.mark === undefined ? {} : { metadata: markElement(domain.mark) }),
      memory: { ...attributes({ unit: 'KiB' }), '#text': domain.memoryKib },
      currentMemory: { ...attributes({ unit: 'KiB' }), '#text': domain.currentMemoryKib },
      vcpu: { ...attributes({ current: String(domain.vcpus) }), '#text': domain.maxVcpus },
      os: {
        type: { ...attributes({ arch: domain.arch, machine: domain.machine }), '#text': 'hvm' },
        ...(directKernel === undefined ? {} : { kernel: directKernel.kernel, ...(directKernel.initrd === '' ? {} : { initrd: directKernel.initrd }), cmdline: directKernel.cmdline }),
      },
      features: { acpi: '', ...(domain.arch === 'x86_64' ? { apic: '' } : { gic: '' }) },
      ...(domain.type === 'kvm' ? { cpu: attributes({ mode: 'host-passthrough' }) } : {}),
      clock: attributes({ offset: 'utc' }),
      on_poweroff: 'destroy',
      on_reboot: 'restart',
      on_crash: 'destroy',
      devices: {
        disk: domain.disks.map(diskElement),
        controller: domain.controllers,
        interface: domain.interfaces.map(interfaceElement),
        serial: { ...attributes({ type: 'pty' }), log: attributes({ file: domain.consoleLog, append: 'on' }), target: attributes({ port: '0' }) },
        graphics: { ...attributes({ type: 'vnc', port: '-1', autoport: 'yes', listen: '127.0.0.1' }), listen: attributes({ type: 'address', address: '127.0.0.1' }) },
        video: { model: attributes({ type: 'virtio' }) },
        memballoon: attributes({ model: 'virtio' }),
        rng: { ...attributes({ model: 'virtio' }), backend: { ...attributes({ model: 'random' }), '#text': '/dev/urandom' } },
        channel: { ...attributes({ type: 'unix' }), target: attributes({ type: 'virtio', name: 'org.qemu.guest_agent.0' }) },
      },
    },
  });
};
