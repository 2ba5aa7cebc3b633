import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { advertisedEndpoint, assertOpen } from '../src/scheduler/advertised-endpoint.ts';

const { signal } = new AbortController();

test.each([
  ['what was configured, as it is', { configured: 'nat.example:443', bind: '0.0.0.0', port: 1 }, '127.0.0.1', 'nat.example:443'],
  ['the address that is bound', { configured: undefined, bind: '127.0.0.2', port: 50_051 }, '127.0.0.1', '127.0.0.2:50051'],
  ['one of IPv6 in brackets', { configured: undefined, bind: '::1', port: 50_051 }, '127.0.0.1', '[::1]:50051'],
  ['of all addresses the one towards the scheduler', { configured: undefined, bind: '0.0.0.0', port: 50_051 }, '127.0.0.1', '127.0.0.1:50051'],
  ['of the same kind, where its name has both', { configured: undefined, bind: '0.0.0.0', port: 50_051 }, 'localhost', '127.0.0.1:50051'],
])('it tells %s', async (_, place, host, endpoint) => {
  expect(await advertisedEndpoint(place, { host, port: 8085 })).toBe(endpoint);
});

test('no way to the scheduler is said', async () => {
  await expect(advertisedEndpoint({ configured: undefined, bind: '0.0.0.0', port: 1 }, { host: 'nobody.invalid', port: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('nobody.invalid') as string });
});

test('a door is tried, unless somebody configured the way to it', async () => {
  const door = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(door, 'listening');
  onTestFinished(() => void door.close());
  const { port } = door.address() as AddressInfo;
  await assertOpen({ configured: undefined, bind: '0.0.0.0', port }, `127.0.0.1:${port}`, signal);
  door.close();
  await once(door, 'close');
  await expect(assertOpen({ configured: undefined, bind: '0.0.0.0', port }, `127.0.0.1:${port}`, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'AGENT_API_CLOSED' });
  await assertOpen({ configured: 'nat.example:443', bind: '0.0.0.0', port }, 'nat.example:443', signal);
});
