import { loadConfig } from '@axion/config';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { errorFields } from './error-fields.ts';
import { logFileOf } from './log-output.ts';
import { scrubber } from './scrub.ts';

test('an error is its code, text, details, stack and causes; nothing a library hung on it', () => {
  const library = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', config: { password: 'hunter22' } });
  const error = new AxionError('UNAVAILABLE', 'the registry does not answer', { reason: 'REGISTRY', details: { host: 'r' }, cause: library });
  expect(errorFields(error)).toEqual({
    name: 'AxionError',
    code: 'UNAVAILABLE',
    message: 'the registry does not answer',
    retryable: true,
    reason: 'REGISTRY',
    details: { host: 'r' },
    stack: expect.stringContaining('log-content.test.ts'),
    cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED', stack: expect.any(String) },
  });
});

test('a chain of causes that never ends is cut', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(errorFields(error)).match(/"round"/g)).toHaveLength(6);
});

test('what is no error is not printed', () => {
  expect(errorFields({ password: 'hunter22' })).toEqual({ message: 'something that is no error was thrown' });
});

test('configured secrets are taken out of lines, also where JSON escapes them', () => {
  const { config } = loadConfig({ env: { AXION_AGENT__AGENT__TOKEN: 'a"b\\c-123', AXION_AGENT__KAFKA__SASL_PASSWORD: 'abc' }, cwd: '/', readFile: () => undefined });
  const scrub = scrubber(config);
  expect(scrub(JSON.stringify({ msg: 'token a"b\\c-123 and a"b\\c-123 refused' }))).toBe('{"msg":"token [redacted] and [redacted] refused"}');
  expect(scrub('the abc of it')).toBe('the abc of it');
});

test.each([
  ['/var/log/axion/agent.log', '1', '/var/log/axion/agent-swarm-executor.log'],
  ['/var/log/axion/agent.log', '2', '/var/log/axion/agent-swarm-executor-2.log'],
  ['/var/log/axion/agent', '1', '/var/log/axion/agent-swarm-executor'],
])('%s of instance %s is %s', (file, instance, path) => {
  expect(logFileOf(file, { component: 'swarm-executor', instance })).toBe(path);
});
