import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { AxionError } from '@axion/core';

/** Where the agent API listens, and whether the address that the scheduler is told was configured. */
export interface ApiPlace {
  /** `[scheduler].agent_grpc_endpoint`: told as it is, for a way in that only people know (NAT, a proxy). */
  readonly configured: string | undefined;
  readonly bind: string;
  readonly port: number;
}

const DIAL_MS = 2000;
const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** The address from which this host reaches another: the one that the other reaches it at. Nothing is sent. A name may have addresses of both kinds. */
const addressTowards = async (host: string, port: number, onlyV4: boolean): Promise<string> => {
  const { address, family } = await lookup(host, onlyV4 ? { family: 4 } : {});
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    const connected = once(socket, 'connect');
    socket.connect(port, address);
    await connected;
    return socket.address().address;
  } finally {
    socket.close();
  }
};

/**
 * The `host:port` at which a scheduler reaches the agent API.
 *
 * @throws {AxionError} `UNAVAILABLE` when there is no way to the scheduler
 */
export const advertisedEndpoint = async ({ configured, bind, port }: ApiPlace, scheduler: { readonly host: string; readonly port: number }): Promise<string> => {
  if (configured !== undefined) return configured;
  const host = ANY.has(bind)
    ? await addressTowards(scheduler.host, scheduler.port, bind === '0.0.0.0').catch((cause: unknown) => {
        throw new AxionError('UNAVAILABLE', `there is no way to the scheduler at ${scheduler.host}: ${(cause as Error).message}`, { cause });
      })
    : bind;
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
};

/**
 * Tries an address of this host that nobody configured: a node is not offered before its door is open.
 *
 * @throws {AxionError} `UNAVAILABLE`
 */
export const assertOpen = async ({ configured, port }: ApiPlace, endpoint: string, signal: AbortSignal): Promise<void> => {
  if (configured !== undefined) return;
  const host = endpoint.slice(0, endpoint.lastIndexOf(':')).replaceAll(/[[\]]/g, '');
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)]) });
  } catch (cause) {
    signal.throwIfAborted();
    throw new AxionError('UNAVAILABLE', `the agent API does not answer at ${endpoint}, so this node is not offered to the scheduler: ${(cause as Error).message}`, { reason: 'AGENT_API_CLOSED', cause });
  } finally {
    socket.destroy();
  }
};
