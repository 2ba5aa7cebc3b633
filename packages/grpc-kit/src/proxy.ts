import { AxionError } from '@axion/core';

/** An HTTP proxy that opens tunnels with CONNECT. */
export interface ConnectProxy {
  readonly host: string;
  readonly port: number;
  /** `user:password`. */
  readonly credentials?: string;
}

/**
 * Reads a proxy as configuration and `HTTPS_PROXY` give it: `http://USER:PASSWORD@HOST:PORT`, the scheme may be missing.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`; without the text, which may hold a password
 */
export const parseProxy = (text: string): ConnectProxy => {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || url.protocol !== 'http:' || url.hostname === '') {
    throw new AxionError('INVALID_ARGUMENT', 'the proxy is none that the agent can use: write control_plane.proxy, or HTTPS_PROXY, as http://HOST:PORT');
  }
  const user = decodeURIComponent(url.username);
  const credentials = url.password === '' ? user : `${user}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    ...(credentials === '' ? {} : { credentials }),
  };
};
