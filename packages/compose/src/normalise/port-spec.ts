import { isIP, isIPv6 } from 'node:net';

/** A short port such as `127.0.0.1:8000-8002:80/tcp`, taken apart. Published ports are empty when Docker may choose. */
export interface PortSpec {
  readonly ip: string;
  readonly protocol: string;
  readonly target: PortRange;
  readonly published: PortRange | undefined;
}

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** The parts of a short port, or what is wrong with it (a `string`), in the words of Docker's go-connections. */
export const parsePortSpec = (spec: string): PortSpec | string => {
  const parts = spec.split(':');
  const container = parts.at(-1) as string;
  const published = parts.length > 1 ? (parts.at(-2) as string) : '';
  const [port, protocol = 'tcp'] = splitProtocol(container);
  const ip = address(parts.slice(0, -2).join(':'));
  if (ip === undefined) return `invalid IP address: ${parts.slice(0, -2).join(':')}`;
  if (port === '') return `No port specified: ${spec}<empty>`;
  const target = range(port);
  if (target === undefined) return `invalid containerPort: ${port}`;
  const host = published === '' ? undefined : range(published);
  if (published !== '' && host === undefined) return `invalid hostPort: ${published}`;
  if (host !== undefined && width(host) !== width(target) && width(target) !== 0) {
    return `invalid ranges specified for container and host Ports: ${port} and ${published}`;
  }
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) return `invalid proto: ${protocol}`;
  return { ip, protocol: protocol.toLowerCase(), target, published: host };
};

const width = ({ first, last }: PortRange): number => last - first;

const splitProtocol = (container: string): [port: string, protocol?: string] => {
  const [port = '', protocol = ''] = container.split('/');
  return port === '' || protocol === '' ? [port] : [port, protocol];
};

const address = (written: string): string | undefined => {
  const bracketed = /^\[(.*)\]$/.exec(written)?.[1];
  const ip = bracketed ?? written;
  if (ip === '') return written === '' ? '' : undefined;
  return isIP(ip) === 0 || ip.includes('%') ? undefined : ip;
};

const range = (text: string): PortRange | undefined => {
  const [first = '', last = first] = text.split('-');
  const [from, to] = [portNumber(first), portNumber(last)];
  return from === undefined || to === undefined || to < from ? undefined : { first: from, last: to };
};

const portNumber = (text: string): number | undefined => (/^\d+$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined);

/** How Docker writes an address before a port. */
export const joinHostPort = (ip: string, port: string): string => (isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`);
