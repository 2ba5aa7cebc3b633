import { expect, test } from 'vitest';
import { ambientProxy } from './proxy.ts';

test.each<[string, string | undefined, boolean]>([
  ['https://control.axion.dev:443', undefined, true],
  ['https://control.axion.dev', 'axion.dev', false],
  ['https://control.axion.dev', '.axion.dev, other', false],
  ['https://control.axion.dev', '*.axion.dev', false],
  ['https://control.axion.dev', 'control.axion.dev:443', false],
  ['https://control.axion.dev', 'control.axion.dev:8443', true],
  ['https://control.axion.dev:8443', 'control.axion.dev:8443', false],
  ['https://control.axion.dev', 'on.dev', true],
  ['https://control.axion.dev', '*', false],
  ['http://control.axion.dev', undefined, false],
])('%s with NO_PROXY=%s', (url, rules, proxied) => {
  const env = { https_proxy: 'http://proxy:3128', ...(rules === undefined ? {} : { NO_PROXY: rules }) };
  expect(ambientProxy(env, url)).toEqual(proxied ? { text: 'http://proxy:3128', name: 'https_proxy' } : undefined);
});

test('no proxy in the environment is none', () => {
  expect(ambientProxy({ HTTPS_PROXY: '' }, 'https://x')).toBeUndefined();
});
