import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { testAuthority } from './certificates.ts';

test('OpenSSL trusts a chain of its own making, and no other, over a real handshake', async () => {
  const authority = testAuthority();
  const server = createServer({ ...authority.issue({ name: 'server' }), ca: authority.ca, requestCert: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const trusted = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca, ...authority.issue({ name: 'client' }) });
  await once(trusted, 'secureConnect');
  expect(trusted.authorized).toBe(true);
  trusted.destroy();

  const stranger = connect({ port, host: '127.0.0.1', ca: testAuthority().ca });
  await expect(once(stranger, 'secureConnect')).rejects.toThrow(/certificate|self-signed|signature/i);
  stranger.destroy();
  server.close();
});

test('hosts and validity are what was asked', () => {
  const authority = testAuthority();
  const leaf = new X509Certificate(authority.issue({ name: 'gone', hosts: ['a.example', '10.1.2.3'], days: -3 }).cert);
  expect(leaf.subject).toBe('CN=gone');
  expect(leaf.subjectAltName).toBe('DNS:a.example, IP Address:10.1.2.3');
  expect(Date.parse(leaf.validTo)).toBeLessThan(Date.now());
  expect(leaf.verify(new X509Certificate(authority.ca).publicKey)).toBe(true);
});
