import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { nfsSource } from './nfs-source.ts';
import { reachNfsServer } from './nfs-server.ts';

test('a server that listens can be reached; one that does not is away', async () => {
  const { signal } = new AbortController();
  const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const source = nfsSource('data', `nfs://127.0.0.1:${(server.address() as AddressInfo).port}/x`);
  await reachNfsServer(source, signal);
  server.close();
  await once(server, 'close');
  await expect(reachNfsServer(source, signal)).rejects.toMatchObject({ reason: 'STORAGE_AWAY', retryable: true, message: expect.stringContaining('it refuses connections') as string });
  await expect(reachNfsServer(source, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
