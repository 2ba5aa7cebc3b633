import { expect, test } from 'vitest';
import { hostPort, parseServerUrl } from './server-address.ts';

test.each([
  ['https://control.axion.dev', 'control.axion.dev:443', true],
  ['https://control.axion.dev:8443/', 'control.axion.dev:8443', true],
  ['http://127.0.0.1:9', '127.0.0.1:9', false],
  ['http://127.9.9.9', '127.9.9.9:80', false],
  ['http://localhost:1', 'localhost:1', false],
  ['http://[::1]:50051', '[::1]:50051', false],
])('%s is %s', (url, text, secure) => {
  const address = parseServerUrl(url);
  expect([hostPort(address), address.secure]).toEqual([text, secure]);
});

test.each(['http://control.axion.dev', 'http://10.0.0.1:1', 'http://127.evil.example:1', 'http://localhost.evil.example'])(
  '%s is refused as unencrypted',
  (url) => {
    expect(() => parseServerUrl(url)).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION', reason: 'INSECURE_URL' }));
    expect(parseServerUrl(url, { allowInsecure: true }).secure).toBe(false);
  },
);

test.each(['', 'control:443', 'ftp://x', 'https://', 'https://user:word@x', 'https://x/path', 'https://x?a=b'])('%j is not a server', (url) => {
  expect(() => parseServerUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});
