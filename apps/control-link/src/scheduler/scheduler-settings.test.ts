import { loadConfig } from '@axion/config';
import { expect, test } from 'vitest';
import { schedulerSettings } from './scheduler-settings.ts';

const settings = (given: Readonly<Record<string, string>>) => {
  const env = { SCHEDULER__ENABLED: 'true', AGENT_API__ENABLED: 'true', AGENT__SERVER_ID: 'host-1', ...given };
  const variables = Object.fromEntries(Object.entries(env).map(([key, value]) => [`AXION_AGENT__${key}`, value]));
  return schedulerSettings(loadConfig({ env: variables, readFile: () => undefined }).config);
};

test('the scheduler is spoken to by TLS with the certificates of the agent API, else those of [security]', () => {
  const { address, tls, nodeId, place } = settings({ SCHEDULER__ADDR: 'sched.example:8085', AGENT_API__TLS_CA_LOCATION: '/a/ca', AGENT_API__TLS_CERT_LOCATION: '/a/cert', AGENT_API__TLS_KEY_LOCATION: '/a/key', SECURITY__TLS_CA_LOCATION: '/s/ca' });
  expect(address).toEqual({ host: 'sched.example', port: 8085, secure: true });
  expect(tls).toMatchObject({ section: 'agent_api', verify: true, caLocation: '/a/ca', certLocation: '/a/cert', keyLocation: '/a/key' });
  expect([nodeId, place]).toEqual(['host-1', { configured: undefined, bind: '0.0.0.0', port: 50_051 }]);
  expect(settings({ SECURITY__TLS_CA_LOCATION: '/s/ca', SECURITY__TLS_VERIFY: 'false' }).tls).toMatchObject({ section: 'security', verify: true, caLocation: '/s/ca' });
});

test('in the clear where it says so, under its own id', () => {
  expect(settings({ SCHEDULER__INSECURE: 'true', SCHEDULER__ADDR: '[::1]:1', AGENT__ID: 'mine' })).toMatchObject({ address: { host: '::1', port: 1, secure: false }, nodeId: 'mine' });
});

test.each([
  ['an address without a port', { SCHEDULER__ADDR: 'sched.example' }, /scheduler\.addr.*HOST:PORT/],
  ['one that is none', { SCHEDULER__ADDR: 'a/b:1' }, /scheduler\.addr/],
  ['a door that is closed', { AGENT_API__ENABLED: 'false' }, /agent_api\.enabled=true, or scheduler\.agent_grpc_endpoint/],
  ['a door for this host alone', { SCHEDULER__ADDR: 'sched.example:1', AGENT_API__BIND: '127.0.0.1' }, /cannot be called from sched\.example/],
  ['no workloads', { WORKLOADS__ENABLED: 'false' }, /workloads\.enabled=false/],
])('%s is refused', (_, given, message) => {
  expect(() => settings(given)).toThrow(expect.objectContaining({ reason: 'CONFIG', message: expect.stringMatching(message) as string }));
});

test('an endpoint that somebody configured is believed', () => {
  expect(settings({ AGENT_API__ENABLED: 'false', SCHEDULER__AGENT_GRPC_ENDPOINT: 'nat.example:443' }).place.configured).toBe('nat.example:443');
});

test('workloads may be placed by the system and the processor, as on every Persys node; who sets these labels has his way', () => {
  expect(settings({ AGENT__LABELS: 'zone=eu-1' }).labels).toEqual({ os: 'linux', arch: process.arch === 'x64' ? 'amd64' : process.arch, zone: 'eu-1' });
  expect(settings({ AGENT__LABELS: 'os=talos,arch=riscv' }).labels).toEqual({ os: 'talos', arch: 'riscv' });
});
