import { once } from 'node:events';
import { connect } from 'node:net';
import { AxionError } from '@axion/core';
import type { NfsSource } from './nfs-source.ts';

const PORT = 2049;
/** Version 3 is told its ports here. */
const PORTMAPPER = 111;
const PATIENCE_MS = 5000;

/**
 * Makes sure that a server answers before anybody is asked to mount from it: the engine that waits in a mount shows nothing more
 * of that container, and whoever else mounts waits behind it.
 *
 * @throws {AxionError} `STORAGE_AWAY`
 */
export const reachNfsServer = async ({ server, port, version }: NfsSource, signal: AbortSignal): Promise<void> => {
  const at = port === undefined ? (version?.startsWith('3') === true ? PORTMAPPER : PORT) : Number(port);
  const socket = connect({ host: server, port: at });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
  } catch (error) {
    signal.throwIfAborted();
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why = code === 'ECONNREFUSED' ? 'it refuses connections' : code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'its name cannot be resolved' : code === 'ABORT_ERR' ? `it did not answer within ${PATIENCE_MS / 1000} s` : (error as Error).message;
    throw new AxionError('UNAVAILABLE', `the NFS server ${server} cannot be reached at port ${at}: ${why}`, { reason: 'STORAGE_AWAY', cause: error });
  } finally {
    socket.destroy();
  }
};
