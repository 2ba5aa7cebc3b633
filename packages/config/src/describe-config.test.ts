import { expect, test } from 'vitest';
import { describeConfig, loadConfig, renderReference, requireKey, resolveTopics } from './index.ts';

const load = (env: Readonly<Record<string, string>> = {}) => loadConfig({ env, cwd: '/', readFile: () => undefined });

test('rows show the effective value, secrets redacted, and its source', () => {
  const rows = describeConfig(load({ AXION_AGENT__AGENT__TOKEN: 'hunter22', AXION_AGENT__CONTROL_PLANE__GRPC_URL: 'https://me:hunter22@x' }));
  const row = (key: string) => rows.find((each) => each.key === key);
  expect(row('agent.token')).toEqual({ key: 'agent.token', value: '[redacted]', text: '[redacted]', source: 'env AXION_AGENT__AGENT__TOKEN' });
  expect(row('control_plane.grpc_url')?.text).toBe('https://[redacted]@x');
  expect(row('kafka.brokers')).toEqual({ key: 'kafka.brokers', value: ['localhost:9092'], text: '["localhost:9092"]', source: 'default' });
  expect(row('kafka.sasl_password')).toEqual({ key: 'kafka.sasl_password', value: null, text: '', source: 'default' });
  expect(JSON.stringify(rows)).not.toContain('hunter22');
});

test('a key that one component needs is asked for by how to set it', () => {
  expect(() => requireKey(load().config, 'agent.token')).toThrow(
    expect.objectContaining({ reason: 'CONFIG', message: 'agent.token is not set: put token into [agent] of the configuration file or set AXION_AGENT__AGENT__TOKEN' }),
  );
  expect(() => requireKey(load({ AXION_AGENT__KAFKA__BROKERS: '' }).config, 'kafka.brokers')).toThrow('kafka.brokers is not set');
  expect(requireKey(load().config, 'kafka.brokers')).toEqual(['localhost:9092']);
});

test('topics carry the id of the agent', () => {
  expect(resolveTopics(load().config, 'a$&1')).toEqual({
    consumerGroup: 'runner-agent-a$&1',
    commands: 'runner.commands.a$&1',
    events: 'runner.events.a$&1',
    deadLetters: 'runner-agent-service-dlq',
  });
});

test('the reference page is what the schema says (vitest run packages/config --update writes it)', async () => {
  await expect(renderReference()).toMatchFileSnapshot('../../../docs/reference/configuration.md');
});
