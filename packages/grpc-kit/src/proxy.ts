import { AxionError } from '@axion/core';

/** An HTTP proxy that opens tunnels with CONNECT. */
export interface ConnectProxy {
  readonly host: string;
  readonly port: number;
  /** `user:password`. */
  readonly credentials?: string;
}

/** `undefined` for what is not percent-encoded, e.g. a password with a bare `%`. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads a proxy as configuration and `HTTPS_PROXY` give it: `http://USER:PASSWORD@HOST:PORT`, the scheme may be missing.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`; without the text, which may hold a password
 */
export const parseProxy = (text: string): ConnectProxy => {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  const user = decoded(url?.username ?? '');
  const password = decoded(url?.password ?? '');
  if (url === null || url.protocol !== 'http:' || url.hostname === '' || user === undefined || password === undefined) {
    throw new AxionError('INVALID_ARGUMENT', 'the proxy is none that the agent can use: write control_plane.proxy, or HTTPS_PROXY, as http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with %25 for a percent sign in the password');
  }
  const credentials = password === '' ? user : `${user}:${password}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    ...(credentials === '' ? {} : { credentials }),
  };
};
