import { BlockList, isIP } from 'node:net';
import { AxionError } from '@axion/core';
import { isLoopback } from './server-address.ts';

/** An HTTP proxy that opens tunnels with CONNECT. */
export interface ConnectProxy {
  readonly host: string;
  readonly port: number;
  /** `user:password`. */
  readonly credentials?: string;
}

export interface ProxyChoice {
  /** The configured proxy; empty or absent: the environment decides. */
  readonly configured?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const inSubnet = (host: string, entry: string): boolean => {
  const [network = '', prefix = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(prefix)) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(prefix), type);
  } catch {
    return false; // A prefix longer than the address: the entry matches nothing.
  }
  return list.check(host, type);
};

/** Whether NO_PROXY names a server: `*`, a host, a domain with or without its dot, `host:port`, an address or a CIDR block. */
const excepted = (noProxy: string, host: string, port: number): boolean =>
  noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return inSubnet(host, entry);
      if (entry === `${host}:${port}`) return true;
      const domain = entry.replace(/^\*?\./, '');
      return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
    });

/**
 * The proxy on the way to a server, or none. The configured one wins over HTTPS_PROXY; NO_PROXY excepts servers from both;
 * a server on this machine is never behind the proxy of the environment.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` when the proxy is not an `http://` URL; its text is not repeated, it may hold a password
 */
export const chooseProxy = ({ configured, env }: ProxyChoice, server: { readonly host: string; readonly port: number }): ConnectProxy | undefined => {
  const explicit = configured !== undefined && configured !== '';
  const text = explicit ? configured : (env['HTTPS_PROXY'] ?? env['https_proxy'] ?? '');
  const host = server.host.toLowerCase();
  if (text === '' || (!explicit && isLoopback(host))) return undefined;
  if (excepted(env['NO_PROXY'] ?? env['no_proxy'] ?? '', host, server.port)) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || url.protocol !== 'http:' || url.hostname === '') {
    const name = explicit ? 'control_plane.proxy' : 'HTTPS_PROXY';
    throw new AxionError('INVALID_ARGUMENT', `${name} is not a proxy the agent can use: write it as http://HOST:PORT`);
  }
  const user = decodeURIComponent(url.username);
  const credentials = url.password === '' ? user : `${user}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    ...(credentials === '' ? {} : { credentials }),
  };
};
