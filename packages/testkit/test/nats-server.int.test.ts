import { connect } from 'node:net';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startNats } from '../src/index.ts';

/** The first line that a server sends to whoever connects. */
const greeting = async (port: number): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  socket.once('error', reject);
  socket.once('data', (data) => resolve(data.toString()));
  return promise.finally(() => socket.destroy());
};

test('a nats-server keeps its port through a stop, a crash and a restart, and leaves nothing behind', async () => {
  let dir: string;
  let port: number;
  {
    await using nats = await startNats();
    ({ dir, port } = nats);
    expect(await greeting(port)).toMatch(/^INFO .*"jetstream":true/);

    await nats.kill();
    await expect(greeting(port)).rejects.toThrow('ECONNREFUSED');
    await nats.restart();
    expect(await greeting(port)).toMatch(/^INFO /);

    await nats.stop();
    await expect(greeting(port)).rejects.toThrow('ECONNREFUSED');
    await nats.restart();
    expect(await greeting(port)).toMatch(/^INFO /);
  }
  await expect(greeting(port)).rejects.toThrow('ECONNREFUSED');
  expect(existsSync(dir)).toBe(false);
});

test('a configuration that it refuses is reported with its own words', async () => {
  await expect(startNats({ config: () => 'jetstream: {nonsense: 1}' })).rejects.toThrow(/nats-server ended .*nonsense/s);
});
