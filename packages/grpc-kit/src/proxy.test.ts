import { expect, test } from 'vitest';
import { chooseProxy } from './proxy.ts';

const server = { host: 'control.axion.dev', port: 443 };

test('the configured proxy wins over the environment', () => {
  const env = { HTTPS_PROXY: 'http://env.example:1' };
  expect(chooseProxy({ configured: 'http://proxy.example:3128', env }, server)).toEqual({ host: 'proxy.example', port: 3128 });
  expect(chooseProxy({ configured: '', env }, server)).toEqual({ host: 'env.example', port: 1 });
  expect(chooseProxy({ env: {} }, server)).toBeUndefined();
});

test('a proxy may have a user, a password and no port', () => {
  expect(chooseProxy({ configured: 'http://me:p%40ss@proxy.example', env: {} }, server)).toEqual({
    host: 'proxy.example',
    port: 80,
    credentials: 'me:p@ss',
  });
});

test.each([
  ['*', true],
  ['axion.dev', true],
  ['.axion.dev', true],
  ['*.axion.dev', true],
  ['control.axion.dev:443', true],
  ['control.axion.dev:8443', false],
  ['xion.dev', false],
  ['other.example, AXION.dev', true],
  ['', false],
])('NO_PROXY=%j excepts the server: %s', (noProxy, excepted) => {
  const proxy = chooseProxy({ configured: 'http://proxy.example:3128', env: { NO_PROXY: noProxy } }, server);
  expect(proxy === undefined).toBe(excepted);
});

test.each([
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/99', '10.1.2.3', false],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['fd00::/8', 'fd12::1', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['2.3', '10.1.2.3', false],
])('NO_PROXY=%s and the address %s: %s', (noProxy, host, excepted) => {
  expect(chooseProxy({ configured: 'http://p:1', env: { NO_PROXY: noProxy } }, { host, port: 1 }) === undefined).toBe(excepted);
});

test('a server on this machine is reached directly unless a proxy is configured', () => {
  const local = { host: '127.0.0.1', port: 1 };
  expect(chooseProxy({ env: { https_proxy: 'http://p:1' } }, local)).toBeUndefined();
  expect(chooseProxy({ configured: 'http://p:1', env: {} }, local)).toBeDefined();
});

test('what is not an http:// proxy is refused without showing its password', () => {
  const refused = () => chooseProxy({ configured: 'socks5://me:hunter2@p:1', env: {} }, server);
  expect(refused).toThrow('control_plane.proxy');
  expect(refused).not.toThrow('hunter2');
});
