import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { startKafka, testAuthority } from '../src/index.ts';

/** Asks the broker which API versions it speaks (the first question of every Kafka client) and gives the answer's length. */
const apiVersions = async (address: string): Promise<number> => {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  // ApiVersions (key 18), version 0, correlation id 7, client id "t".
  socket.write(Buffer.from('0000000b0012000000000007000174', 'hex'));
  try {
    const [answer]: Buffer[] = await once(socket, 'data');
    expect(answer?.readInt32BE(4)).toBe(7);
    return answer?.readInt32BE(0) ?? 0;
  } finally {
    socket.destroy();
  }
};

test('a broker answers, is gone when killed, and answers again on the same port and data', async () => {
  await using kafka = await startKafka();
  expect(await apiVersions(kafka.address)).toBeGreaterThan(100);
  await kafka.kill();
  await expect(apiVersions(kafka.address)).rejects.toThrow('ECONNREFUSED');
  await kafka.restart();
  expect(await apiVersions(kafka.address)).toBeGreaterThan(100);
});

test('a broker with TLS shows its certificate and wants the client to show one', async () => {
  const authority = testAuthority();
  const tls = { server: authority.issue({ name: 'broker' }), clientCa: authority.ca };
  await using kafka = await startKafka({ security: { tls, sasl: { mechanism: 'SCRAM-SHA-256', username: 'axion', password: 'p4ss' } } });
  const port = Number(kafka.secureAddress.split(':')[1]);
  const options = { port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca };

  const client = connectTls({ ...options, ...authority.issue({ name: 'client' }) });
  await once(client, 'secureConnect');
  expect(client.getPeerCertificate().subject.CN).toBe('broker');
  client.destroy();

  const stranger = connectTls(options);
  const ended = Promise.race([once(stranger, 'error'), once(stranger, 'close')]).catch((error: unknown) => [error]);
  stranger.on('secureConnect', () => stranger.write('hello'));
  expect(String((await ended)[0])).toMatch(/alert|reset|required/i);
  stranger.destroy();
});
