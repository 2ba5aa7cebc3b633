import { isIP } from 'node:net';
import { AxionError, isLoopback } from '@axion/core';

/** Where a server is, and whether the way there is encrypted. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** `host:port`, with brackets around an IPv6 address. */
export const hostPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

/**
 * Reads a URL such as `https://control.axion.dev:443`. Plain `http://` would show the token to everybody on the way, so it
 * is refused unless the host is this machine or `allowInsecure` says that somebody decided so.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` (not a URL of a gRPC server), `FAILED_PRECONDITION` (unencrypted)
 */
export const parseServerUrl = (text: string, { allowInsecure = false }: { readonly allowInsecure?: boolean } = {}): ServerAddress => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') {
    throw new AxionError('INVALID_ARGUMENT', `${JSON.stringify(text)} is not the URL of a gRPC server: write it as https://HOST:PORT`);
  }
  if (url.username !== '' || url.password !== '' || (url.pathname !== '/' && url.pathname !== '') || url.search !== '') {
    throw new AxionError('INVALID_ARGUMENT', 'the URL of a gRPC server is a host and a port only, without user, path or query');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  if (!secure && !allowInsecure && !isLoopback(host)) {
    throw new AxionError(
      'FAILED_PRECONDITION',
      `${url.origin} is not encrypted: use https://, or set security.allow_insecure=true if the network between is trusted`,
      { reason: 'INSECURE_URL' },
    );
  }
  return { host, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), secure };
};
