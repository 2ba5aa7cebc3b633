import { inspect } from 'node:util';
import type { AxionError } from '@axion/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConfigError, type LoadedConfig, loadConfig } from './index.ts';

const FILE = '/work/agent.toml';

/** Loads from one file (`./agent.toml`) and these variables. */
const load = (toml: string, env: Readonly<Record<string, string>> = {}): LoadedConfig =>
  loadConfig({ env: { HOME: '/home/u', ...env }, cwd: '/work', readFile: (path) => (path === FILE ? toml : undefined) });

const problemsOf = (toml: string, env: Readonly<Record<string, string>> = {}): readonly string[] => {
  try {
    load(toml, env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'CONFIG', retryable: false });
    return (error as AxionError).details['problems'] as readonly string[];
  }
  return [];
};

test('an empty file and no file give every default', () => {
  const { config, file, sources, warnings } = load('');
  expect(file).toBe(FILE);
  expect(config.kafka).toMatchObject({ enabled: true, brokers: ['localhost:9092'], sasl_mechanism: undefined, max_in_flight: 100 });
  expect(config.agent).toMatchObject({ token: undefined, id: undefined, labels: {} });
  expect(config.local.socket_permissions).toBe(0o600);
  expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
  expect(warnings).toEqual([]);
  expect(loadConfig({ env: {}, cwd: '/', readFile: () => undefined })).toMatchObject({ config, file: undefined });
});

test('a value comes from the default, the file, a Persys variable or an own variable, the later winning', () => {
  const toml = '[health]\nport = 1000\nbind = "::1"\n[logging]\nlevel = "error"\n[workloads]\nvm = true';
  const { config, sources } = load(toml, { AXION_AGENT__HEALTH__PORT: '2000', PERSYS_LOG_LEVEL: 'WARN', PERSYS_VM_ENABLED: 'F', AXION_AGENT__LOGGING__FORMAT: 'text' });
  expect([config.health.port, sources['health.port']]).toEqual([2000, 'env AXION_AGENT__HEALTH__PORT']);
  expect([config.health.bind, sources['health.bind']]).toEqual(['::1', 'file']);
  expect([config.logging.level, sources['logging.level']]).toEqual(['warn', 'env PERSYS_LOG_LEVEL']);
  expect([config.workloads.vm, config.logging.format, sources['health.timeout']]).toEqual([false, 'text', 'default']);
});

test('defaults follow the keys before them', () => {
  expect(load('[agent]\ndata_dir = "/srv/axion"').config.bus).toMatchObject({ credentials_dir: '/srv/axion/bus/credentials', store_dir: '/srv/axion/bus/store' });
  expect(load('[agent]\ndata_dir = "/srv/axion"\n[bus]\nstore_dir = "/fast"').config.bus.store_dir).toBe('/fast');
});

test.each<[string, string, unknown]>([
  ['KAFKA__BROKERS', 'a:1, b:2,', ['a:1', 'b:2']],
  ['KAFKA__BROKERS', '', []],
  ['AGENT__LABELS', 'zone=eu-1, disk=a=b', { zone: 'eu-1', disk: 'a=b' }],
  ['AGENT__LABELS', '', {}],
  ['AGENT__LABELS__ZONE', 'eu-2', { zone: 'eu-2', rack: '7' }],
  ['KAFKA__ENABLE_SSL', 'true', true],
  ['CONTROL_PLANE__TIMEOUT', '0.5', 0.5],
  ['LOCAL__SOCKET_PERMISSIONS', '0o660', 0o660],
  ['AGENT__ID', '', undefined],
  ['KAFKA__SASL_MECHANISM', 'scram-sha-256', 'scram-sha-256'],
  ['KAFKA__SASL_MECHANISM', '', undefined],
])('AXION_AGENT__%s=%j', (name, text, value) => {
  const { config } = load('[agent]\nlabels = { rack = "7" }', { [`AXION_AGENT__${name}`]: text });
  const [section = '', key = ''] = name.toLowerCase().split('__');
  expect((config as unknown as Record<string, Record<string, unknown>>)[section]?.[key]).toEqual(value);
});

describe('what is not allowed is one clear error', () => {
  test.each<[string, string]>([
    ['[kafka]\nmax_in_flight = 0', `${FILE}: kafka.max_in_flight = 0 is not allowed; it takes a whole number from 1 to 10000 (messages)`],
    ['[kafka]\nmax_in_flight = "9"', `${FILE}: kafka.max_in_flight = "9" is not allowed; it takes a whole number from 1 to 10000 (messages)`],
    ['[kafka]\nmax_in_flight = 1.5', `${FILE}: kafka.max_in_flight = 1.5 is not allowed; it takes a whole number from 1 to 10000 (messages)`],
    ['[kafka]\nbrokers = "a:1"', `${FILE}: kafka.brokers = "a:1" is not allowed; it takes a list of texts`],
    ['[kafka]\nbrokerz = ["a:1"]', `${FILE}: unknown key kafka.brokerz = ["a:1"]; did you mean "brokers"?`],
    ['[kafak]\nbrokers = ["a:1"]', `${FILE}: unknown section [kafak]; did you mean "kafka"?`],
    ['kafka = 1', `${FILE}: kafka must be a section: [kafka]`],
    ['[logging]\nlevel = "loud"', `${FILE}: logging.level = "loud" is not allowed; it takes one of "trace", "debug", "info", "warn", "error"`],
    ['[security]\nmin_tls_version = 1.2', `${FILE}: security.min_tls_version = 1.2 is not allowed; it takes one of "1.2", "1.3"`],
    ['[local]\nsocket_permissions = 600', `${FILE}: local.socket_permissions = 600 is not allowed; it takes permissions in octal, 0o000 to 0o777, e.g. 0o600`],
    ['[agent]\nid = "../../x"', `${FILE}: agent.id = "../../x" is not allowed; it takes 1 to 128 letters, digits, ".", "_" and "-", beginning with a letter or digit, or empty`],
    ['[deploy]\ntimeout = inf', `${FILE}: deploy.timeout = Infinity is not allowed; it takes seconds, 1 to 86400`],
    ['[bus]\nurl = "http://x"', `${FILE}: bus.url = "http://x" is not allowed; it takes a nats:// or tls:// URL`],
    ['[control_plane]\ngrpc_url = "ftp://u:pw@x"', `${FILE}: control_plane.grpc_url = "ftp://[redacted]@x" is not allowed; it takes an https:// or http:// URL`],
    ['[agent]\ntoken = 12345678', `${FILE}: agent.token = [redacted] is not allowed; it takes 1 to 4096 visible ASCII characters`],
    ['[agent]\ntoken = "hunter22\\nmore"', `${FILE}: agent.token = [redacted] is not allowed; it takes 1 to 4096 visible ASCII characters`],
    ['[kafka]\nsasl_password = "hunter22\\nmore"', `${FILE}: kafka.sasl_password = [redacted] is not allowed; it takes one line of text, or empty`],
    ['[kafka]\nsasl_pasword = "hunter22"', `${FILE}: unknown key kafka.sasl_pasword; did you mean "sasl_password"?`],
    ['[tracing]\nxyz = { password = "hunter22" }', `${FILE}: unknown key tracing.xyz; [tracing] knows`],
    ['[agent]\ntoken = "hunter22', `${FILE}, line 2, column 9:`],
  ])('%j', (toml, problem) => {
    const [first = '', ...more] = problemsOf(toml);
    expect(first.slice(0, problem.length)).toBe(problem);
    expect(first).not.toMatch(/hunter22|12345678|pw@|\n/);
    expect(more).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['AXION_AGENT__HEALTH__PORT', '70000', 'environment: AXION_AGENT__HEALTH__PORT=70000 is not allowed for health.port; it takes a whole number from 0 to 65535'],
    ['AXION_AGENT__HEALTH__PORT', '', 'environment: AXION_AGENT__HEALTH__PORT="" is not allowed for health.port; it takes a whole number from 0 to 65535'],
    ['AXION_AGENT__KAFKA__ENABLED', 'yes', 'environment: AXION_AGENT__KAFKA__ENABLED="yes" is not allowed for kafka.enabled; it takes true or false'],
    ['AXION_AGENT__AGENT__LABELS', 'zone', 'environment: AXION_AGENT__AGENT__LABELS="zone" is not allowed for agent.labels; it takes a table of texts, e.g. { zone = "eu-1" }'],
    ['AXION_AGENT__HELTH__PORT', '1', 'environment: unknown key AXION_AGENT__HELTH__PORT="1"; did you mean "AXION_AGENT__HEALTH__PORT"?'],
    ['AXION_AGENT__AGENT__TOKN', 'hunter22', 'environment: unknown key AXION_AGENT__AGENT__TOKN; did you mean "AXION_AGENT__AGENT__TOKEN"?'],
    ['PERSYS_RECONCILE_INTERVAL', 'soon', 'environment: PERSYS_RECONCILE_INTERVAL="soon" is not allowed for workloads.reconcile_interval; it takes seconds, 1 to 86400'],
    ['DOCKER_HOST', '/var/run/docker.sock', 'environment: DOCKER_HOST="/var/run/docker.sock" is not allowed for docker.host; it takes a unix://'],
  ])('%s=%s', (name, value, problem) => {
    expect(problemsOf('', { [name]: value })).toEqual([expect.stringContaining(problem)]);
  });

  test('all problems are there, the first with the number of the others', () => {
    const toml = '[kafka]\nmax_in_flight = 0\n[health]\nport = -1\n[nope]';
    expect(problemsOf(toml)).toHaveLength(3);
    expect(() => load(toml)).toThrow(/unknown section \[nope\].*\(and 2 more; see "axion config check"\)/);
  });
});

test('secrets do not print, and the configuration cannot be changed', () => {
  const { config } = load('[kafka]\nsasl_password = "hunter22"');
  expect(config.kafka.sasl_password?.reveal()).toBe('hunter22');
  expect(JSON.stringify(config) + inspect(config, { depth: 5 })).not.toContain('hunter22');
  expect(() => Object.assign(config.kafka, { enabled: false })).toThrow(TypeError);
  expect(() => (config.kafka.brokers as string[]).push('x')).toThrow(TypeError);
});

test('one newline at the end of a secret is cut; a password may hold what a token may not', () => {
  const { config } = load('[agent]\ntoken = "hunter22\\n"\n[kafka]\nsasl_password = " pässwört \\r\\n"');
  expect([config.agent.token?.reveal(), config.kafka.sasl_password?.reveal()]).toEqual(['hunter22', ' pässwört ']);
  expect(load('[agent]\ntoken = "\\n"').config.agent.token).toBeUndefined();
});

test('DOCKER_HOST is the default of docker.host, and what loses to a setting is told', () => {
  const host = 'unix:///run/user/1/docker.sock';
  expect(load('', { DOCKER_HOST: host })).toMatchObject({ config: { docker: { host } }, sources: { 'docker.host': 'env DOCKER_HOST' }, warnings: [] });
  expect(load('[docker]\nhost = "tcp://h:1"', { DOCKER_HOST: host })).toMatchObject({
    config: { docker: { host: 'tcp://h:1' } },
    warnings: ['DOCKER_HOST is ignored: docker.host is set by the configuration file and wins'],
  });
  expect(load(`[docker]\nhost = "${host}"`, { DOCKER_HOST: host }).warnings).toEqual([]);
  expect(load('', { DOCKER_HOST: host, AXION_AGENT__DOCKER__HOST: 'tcp://h:2' }).warnings).toEqual([
    'DOCKER_HOST is ignored: docker.host is set by AXION_AGENT__DOCKER__HOST and wins',
  ]);
});

test('two gRPC doors at one address are refused, with what to do', () => {
  const doors = '[local]\nenabled = true\n[agent_api]\nenabled = true\n';
  expect(problemsOf(doors)).toEqual([expect.stringContaining('give one of the two another port, e.g. local.grpc_local_port = 50052')]);
  expect(problemsOf(`${doors}bind = "127.0.0.1"`)).toHaveLength(1);
  expect(problemsOf(`${doors}port = 50052`)).toEqual([]);
  expect(problemsOf(`${doors}bind = "192.0.2.1"`)).toEqual([]);
  expect(problemsOf('[local]\nenabled = true')).toEqual([]);
});

const tomlValue = fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.string(), fc.array(fc.string())).map((value) => JSON.stringify(value));
const word = fc.oneof(fc.constantFrom('kafka', 'agent', 'brokers', 'labels', 'token', '__proto__', 'constructor', 'toString'), fc.string());

test('no input ends in anything but its own error', () => {
  const file = fc.oneof(
    fc.string(),
    fc.array(fc.tuple(word, word, tomlValue)).map((rows) => rows.map(([s, k, value]) => `[${JSON.stringify(s)}]\n${JSON.stringify(k)} = ${value}`).join('\n')),
  );
  const name = fc.oneof(fc.string(), fc.tuple(word, word).map(([s, k]) => `AXION_AGENT__${s.toUpperCase()}__${k.toUpperCase()}`), fc.constantFrom('PERSYS_NODE_LABELS', 'PERSYS_RECONCILE_INTERVAL', 'HTTPS_PROXY', 'NO_PROXY', 'DOCKER_HOST'));
  fc.assert(
    fc.property(file, fc.dictionary(name, fc.string()), (toml, env) => {
      try {
        load(toml, env);
      } catch (error) {
        if (!isConfigError(error)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

describe('a path that ends in units', () => {
  test.each<[string, string]>([
    ['agent.data_dir', 'relative/data'],
    ['agent.data_dir', '/srv/my data'],
    ['agent.data_dir', "/srv/o'brien"],
    ['agent.data_dir', '/srv/%h'],
    ['agent.data_dir', '/srv/../etc'],
    ['agent.data_dir', '/srv/$HOME'],
    ['agent.projects_dir', '/opt/a"b'],
    ['workloads.volumes_dir', '/srv/a;b'],
    ['bus.store_dir', '/srv/a\\nb'],
    ['logging.file', 'agent.log'],
  ])('%s = %j is refused', (path, value) => {
    const [section = '', key = ''] = path.split('.');
    expect(problemsOf(`[${section}]\n${key} = "${value.replaceAll('"', '\\"')}"`)).toEqual([expect.stringMatching(new RegExp(`^${FILE}: ${path} = .* is not allowed; it takes an absolute path`))]);
  });

  test('is told without what changes nothing in it', () => {
    expect(load('[agent]\ndata_dir = "/srv//axion/./é/"\n[logging]\nfile = ""').config).toMatchObject({ agent: { data_dir: '/srv/axion/é' }, bus: { store_dir: '/srv/axion/é/bus/store' }, logging: { file: undefined } });
  });
});
