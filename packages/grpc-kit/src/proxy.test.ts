import { expect, test } from 'vitest';
import { parseProxy } from './proxy.ts';

test.each([
  ['http://proxy.example:3128', { host: 'proxy.example', port: 3128 }],
  ['proxy.example:3128', { host: 'proxy.example', port: 3128 }],
  ['http://me:p%40ss@proxy.example', { host: 'proxy.example', port: 80, credentials: 'me:p@ss' }],
  ['http://me@[::1]:1', { host: '::1', port: 1, credentials: 'me' }],
])('%s', (text, proxy) => expect(parseProxy(text)).toEqual(proxy));

test.each(['socks5://me:hunter2@p:1', 'http://me:hunter2%@p:1', 'http://hunter2%zz@p:1', 'http://me:hunter2@'])('%s is no proxy, and is refused without being shown', (text) => {
  const refused = () => parseProxy(text);
  expect(refused).toThrow('control_plane.proxy');
  expect(refused).not.toThrow('hunter2');
});
