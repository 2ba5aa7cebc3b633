import { XMLParser } from 'fast-xml-parser';
import type { Address, Disk, Domain, DomainMark, Interface } from './domain.ts';

const LISTS = new Set(['disk', 'interface', 'controller', 'graphics', 'axion:reserved', 'axion:volume', 'axion:label', 'host', 'range', 'ip']);
/** Values stay text: an id made of digits is an id. */
export const xmlParser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false, isArray: (name) => LISTS.has(name) });

type Element = { readonly [name: string]: string | undefined } & { readonly [name: string]: unknown };

const child = (element: unknown, name: string): Element | undefined => {
  const found = typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;
  return typeof found === 'object' && found !== null ? (found as Element) : undefined;
};
const children = (element: unknown, name: string): readonly Element[] => {
  const found = typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;
  return Array.isArray(found) ? (found as Element[]) : [];
};
/** An element's text, also where it has attributes. */
const text = (element: unknown, name: string): string => {
  const found = typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;
  if (typeof found === 'string') return found;
  const inside: unknown = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)['#text'] : undefined;
  return typeof inside === 'string' ? inside : '';
};
const attribute = (element: unknown, name: string): string | undefined => {
  const found = typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[`@${name}`] : undefined;
  return typeof found === 'string' ? found : undefined;
};

const UNITS: Readonly<Record<string, number>> = { b: 1 / 1024, bytes: 1 / 1024, k: 1, KiB: 1, KB: 1000 / 1024, M: 1024, MiB: 1024, G: 1024 * 1024, GiB: 1024 * 1024 };
const kib = (domain: unknown, name: string): number => Math.round(Number(text(domain, name)) * (UNITS[attribute(child(domain, name), 'unit') ?? 'KiB'] ?? 1));

const addressOf = (element: Element): { readonly address?: Address } => {
  const found = child(element, 'address');
  return found === undefined ? {} : { address: Object.fromEntries(Object.entries(found).map(([name, value]) => [name.replace(/^@/, ''), String(value)])) };
};

const diskOf = (element: Element): Disk => {
  const source = child(element, 'source');
  const path = attribute(source, 'file') ?? attribute(source, 'dev');
  const order = attribute(child(element, 'boot'), 'order');
  const serial = text(element, 'serial');
  return {
    device: attribute(element, 'device') === 'cdrom' ? 'cdrom' : 'disk',
    format: attribute(child(element, 'driver'), 'type') ?? 'raw',
    target: attribute(child(element, 'target'), 'dev') ?? '',
    readOnly: element['readonly'] !== undefined,
    ...(attribute(child(element, 'driver'), 'rerror_policy') === 'stop' ? { remote: true } : {}),
    ...(path === undefined ? {} : { source: { kind: attribute(element, 'type') === 'block' ? 'block' : 'file', path } }),
    ...(serial === '' ? {} : { serial }),
    ...(order === undefined ? {} : { bootOrder: Number(order) }),
    ...addressOf(element),
  };
};

const interfaceOf = (element: Element): Interface => {
  const kind = attribute(element, 'type') === 'bridge' ? 'bridge' : 'network';
  return { mac: attribute(child(element, 'mac'), 'address') ?? '', source: { kind, name: attribute(child(element, 'source'), kind) ?? '' }, ...addressOf(element) };
};

const markOf = (domain: unknown): DomainMark | undefined => {
  const element = child(child(domain, 'metadata'), 'axion:workload');
  const workload = attribute(element, 'id');
  if (workload === undefined) return undefined;
  const seedChecksum = attribute(element, 'seed-checksum');
  const seedBytes = attribute(element, 'seed-bytes');
  return {
    workload,
    revision: attribute(element, 'revision') ?? '',
    memo: attribute(element, 'memo') ?? '',
    applying: attribute(element, 'applying') === 'yes',
    ...(seedChecksum === undefined ? {} : { seedChecksum }),
    ...(seedBytes === undefined ? {} : { seedBytes: Number(seedBytes) }),
    reserved: children(element, 'axion:reserved').map((each) => attribute(each, 'address') ?? ''),
    volumes: children(element, 'axion:volume').map((each) => ({
      driver: attribute(each, 'driver') ?? '',
      name: attribute(each, 'name') ?? '',
      source: attribute(each, 'source') ?? '',
      disposable: attribute(each, 'disposable') === 'yes',
    })),
    labels: Object.fromEntries(children(element, 'axion:label').map((each) => [attribute(each, 'name') ?? '', attribute(each, 'value') ?? ''])),
  };
};

/** Reads what `virsh dumpxml` prints, as far as the agent has a say in it. `undefined`: it is no domain. Pure. */
export const parseDomain = (xml: string): Domain | undefined => {
  const domain = child(xmlParser.parse(xml), 'domain');
  if (domain === undefined) return undefined;
  const os = child(domain, 'os');
  const devices = child(domain, 'devices');
  const kernel = text(os, 'kernel');
  const mark = markOf(domain);
  return {
    name: text(domain, 'name'),
    uuid: text(domain, 'uuid'),
    title: text(domain, 'title'),
    type: attribute(domain, 'type') === 'kvm' ? 'kvm' : 'qemu',
    arch: attribute(child(os, 'type'), 'arch') ?? '',
    machine: attribute(child(os, 'type'), 'machine') ?? '',
    memoryKib: kib(domain, 'memory'),
    currentMemoryKib: kib(domain, 'currentMemory'),
    vcpus: Number(attribute(child(domain, 'vcpu'), 'current') ?? text(domain, 'vcpu')),
    maxVcpus: Number(text(domain, 'vcpu')),
    ...(kernel === '' ? {} : { directKernel: { kernel, initrd: text(os, 'initrd'), cmdline: text(os, 'cmdline') } }),
    disks: children(devices, 'disk').map(diskOf),
    interfaces: children(devices, 'interface').map(interfaceOf),
    controllers: children(devices, 'controller'),
    consoleLog: attribute(child(child(devices, 'serial'), 'log'), 'file') ?? '',
    ...(mark === undefined ? {} : { mark }),
  };
};
