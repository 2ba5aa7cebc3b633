import { AxionError } from '@axion/core';
import { parseNetwork } from './parse-network.ts';
import type { Network } from './parse-network.ts';
import type { Virsh, VirshCommand } from './virsh.ts';

/** `NETWORK MAC IP`, as a domain's mark keeps it. */
const parts = (text: string): { readonly network: string; readonly mac: string; readonly ip: string } => {
  const [network = '', mac = '', ip = ''] = text.split(' ');
  return { network, mac, ip };
};

const readNetwork = async (virsh: Virsh, name: string, signal: AbortSignal): Promise<Network> => {
  const network = parseNetwork(await virsh.run(`read network ${name}`, ['net-dumpxml', name], signal));
  if (network === undefined) throw new AxionError('UNAVAILABLE', `network ${name} cannot be read`, { reason: 'LIBVIRT_UNREACHABLE' });
  return network;
};

/** Refuses reservations that a network cannot make, or that would take another machine's address. */
export const checkReservations = async (virsh: Virsh, wanted: readonly string[], signal: AbortSignal): Promise<void> => {
  for (const { network, mac, ip } of wanted.map(parts)) {
    const { dhcp, reservations } = await readNetwork(virsh, network, signal);
    if (!dhcp) throw new AxionError('FAILED_PRECONDITION', `network ${network} has no DHCP server of libvirt, so ${ip} cannot be reserved there`, { reason: 'NETWORK_ERROR', retryable: false });
    const holder = reservations.find((each) => each.ip === ip && each.mac !== mac);
    if (holder !== undefined) throw new AxionError('FAILED_PRECONDITION', `address ${ip} of network ${network} is reserved for ${holder.mac}; take another ip_address`, { reason: 'NETWORK_ERROR', retryable: false });
  }
};

/** A network that is not up has only its definition to be changed. */
const update = (network: string, isUp: boolean, change: 'add-last' | 'delete', xml: string): VirshCommand => ['net-update', network, change, 'ip-dhcp-host', xml, ...(isUp ? ['--live'] : []), '--config'];

const networksUp = async (virsh: Virsh, signal: AbortSignal): Promise<ReadonlySet<string>> =>
  new Set((await virsh.run('list the networks', ['net-list', '--name'], signal)).split('\n').map((line) => line.trim()));

/** Makes the reservations of a domain those that are wanted; what it had and no longer wants goes. Others' are left alone. */
export const setReservations = async (virsh: Virsh, had: readonly string[], wanted: readonly string[], signal: AbortSignal): Promise<void> => {
  const names = new Set([...had, ...wanted].map((text) => parts(text).network));
  if (names.size === 0) return;
  const up = await networksUp(virsh, signal);
  for (const name of names) {
    const { reservations } = await readNetwork(virsh, name, signal);
    const mine = (texts: readonly string[]): readonly { readonly mac: string; readonly ip: string }[] => texts.map(parts).filter(({ network }) => network === name);
    const isThere = (one: { readonly mac: string; readonly ip: string }): boolean => reservations.some(({ mac, ip }) => mac === one.mac && ip === one.ip);
    const isWanted = (one: { readonly mac: string; readonly ip: string }): boolean => mine(wanted).some(({ mac, ip }) => mac === one.mac && ip === one.ip);
    for (const one of mine(had).filter((each) => isThere(each) && !isWanted(each))) {
      await virsh.run(`give back ${one.ip} of network ${name}`, update(name, up.has(name), 'delete', `<host mac='${one.mac}' ip='${one.ip}'/>`), signal);
    }
    for (const one of mine(wanted).filter((each) => !isThere(each))) {
      await virsh.run(`reserve ${one.ip} of network ${name}`, update(name, up.has(name), 'add-last', `<host mac='${one.mac}' ip='${one.ip}'/>`), signal);
    }
  }
};

/** Networks that are defined and not up are started: a domain cannot start without them. */
export const startNetworks = async (virsh: Virsh, names: readonly string[], signal: AbortSignal): Promise<void> => {
  if (names.length === 0) return;
  const up = await networksUp(virsh, signal);
  for (const name of new Set(names)) if (!up.has(name)) await virsh.run(`start network ${name}`, ['net-start', name], signal);
};
