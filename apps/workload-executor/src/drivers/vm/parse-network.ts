import { xmlParser } from './parse-domain.ts';

/** An address that a network always gives to one interface. */
export interface Reservation {
  readonly mac: string;
  readonly ip: string;
}

export interface Network {
  readonly name: string;
  /** Whether its DHCP server is libvirt's, so that addresses can be reserved. */
  readonly dhcp: boolean;
  readonly reservations: readonly Reservation[];
}

interface Answer {
  readonly network?: {
    readonly name?: string;
    readonly ip?: readonly { readonly dhcp?: '' | { readonly host?: readonly { readonly '@mac'?: string; readonly '@ip'?: string }[] } }[];
  };
}

/** Reads what `virsh net-dumpxml` prints. Pure. */
export const parseNetwork = (xml: string): Network | undefined => {
  const { network } = xmlParser.parse(xml) as Answer;
  if (network?.name === undefined) return undefined;
  const served = (network.ip ?? []).flatMap(({ dhcp }) => (dhcp === undefined ? [] : [dhcp]));
  const hosts = served.flatMap((dhcp) => (dhcp === '' ? [] : (dhcp.host ?? [])));
  return { name: network.name, dhcp: served.length > 0, reservations: hosts.map((host) => ({ mac: (host['@mac'] ?? '').toLowerCase(), ip: host['@ip'] ?? '' })) };
};
