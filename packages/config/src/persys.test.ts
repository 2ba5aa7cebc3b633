import { expect, test } from 'vitest';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { KEYS } from './schema.ts';

const load = (env: Readonly<Record<string, string>>): LoadedConfig => loadConfig({ env, cwd: '/', readFile: () => undefined });

test.each<[string, string, string, unknown]>([
  ['PERSYS_NODE_ID', 'node-7', 'agent.id', 'node-7'],
  ['PERSYS_NODE_LABELS', 'team=platform,zone=use1-az2', 'agent.labels', { team: 'platform', zone: 'use1-az2' }],
  ['PERSYS_STATE_PATH', '/var/lib/persys/state.db', 'agent.data_dir', '/var/lib/persys'],
  ['PERSYS_STATE_PATH', '/var/lib/persys', 'agent.data_dir', '/var/lib/persys'],
  ['PERSYS_GRPC_ADDR', '127.0.0.1', 'agent_api.bind', '127.0.0.1'],
  ['PERSYS_GRPC_PORT', '50052', 'agent_api.port', 50_052],
  ['PERSYS_TLS_CERT', '/c', 'agent_api.tls_cert_location', '/c'],
  ['PERSYS_TLS_KEY', '/k', 'agent_api.tls_key_location', '/k'],
  ['PERSYS_TLS_CA', '/ca', 'agent_api.tls_ca_location', '/ca'],
  ['PERSYS_DOCKER_ENABLED', '0', 'workloads.docker', false],
  ['PERSYS_COMPOSE_ENABLED', 'False', 'workloads.compose', false],
  ['PERSYS_COMPOSE_BINARY', 'docker-compose', 'workloads.compose_binary', 'docker-compose'],
  ['PERSYS_VM_ENABLED', 'TRUE', 'workloads.vm', true],
  ['PERSYS_LIBVIRT_URI', 'qemu:///session', 'workloads.libvirt_uri', 'qemu:///session'],
  ['PERSYS_RECONCILE_ENABLED', 'f', 'workloads.reconcile_enabled', false],
  ['PERSYS_RECONCILE_INTERVAL', '1m30s', 'workloads.reconcile_interval', 90],
  ['PERSYS_LOG_LEVEL', 'DEBUG', 'logging.level', 'debug'],
  ['PERSYS_SCHEDULER_ADDR', 'sched:8085', 'scheduler.addr', 'sched:8085'],
  ['PERSYS_SCHEDULER_INSECURE', 't', 'scheduler.insecure', true],
  ['PERSYS_AGENT_GRPC_ENDPOINT', 'nat:443', 'scheduler.agent_grpc_endpoint', 'nat:443'],
])('%s=%s', (name, text, path, value) => {
  const { config, sources, warnings } = load({ [name]: text, AXION_AGENT__AGENT_API__ENABLED: 'true', AXION_AGENT__SCHEDULER__ENABLED: 'true' });
  const placed = KEYS.find((key) => key.path === path)!;
  expect((config[placed.section] as Readonly<Record<string, unknown>>)[placed.name]).toEqual(value);
  expect(sources[placed.path]).toBe(`env ${name}`);
  expect(warnings).toEqual([]);
});

test("the agent's own variable wins, and a warning says so", () => {
  const { config, warnings } = load({ PERSYS_LOG_LEVEL: 'debug', AXION_AGENT__LOGGING__LEVEL: 'warn' });
  expect(config.logging.level).toBe('warn');
  expect(warnings).toEqual(['PERSYS_LOG_LEVEL is ignored: AXION_AGENT__LOGGING__LEVEL is set too and wins']);
});

test('an empty variable counts as not set', () => {
  expect(load({ PERSYS_GRPC_PORT: '' }).config.agent_api.port).toBe(50_051);
});

test('TLS that was switched off is not silently so', () => {
  expect(load({ PERSYS_TLS_ENABLED: 'false' }).warnings).toEqual([expect.stringContaining('PERSYS_TLS_ENABLED=false is ignored')]);
});

test('an address without its switch has no effect, and a warning says so', () => {
  expect(load({ PERSYS_GRPC_PORT: '50052', PERSYS_SCHEDULER_ADDR: 'sched:8085' }).warnings).toEqual([
    'PERSYS_GRPC_PORT has no effect: agent_api.enabled is false; set AXION_AGENT__AGENT_API__ENABLED=true',
    'PERSYS_SCHEDULER_ADDR has no effect: scheduler.enabled is false; set AXION_AGENT__SCHEDULER__ENABLED=true',
  ]);
});
