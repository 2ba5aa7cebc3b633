import { expect, it } from 'vitest';
import { parsePortSpec } from './port-spec.ts';
import { expandPortSpec } from './ports.ts';

const expand = (text: string): { ports: string[]; warnings: string[] } => {
  const spec = parsePortSpec(text);
  if (typeof spec === 'string') throw new Error(spec);
  const warnings: string[] = [];
  const ports = expandPortSpec(spec, (warning) => warnings.push(warning)).map(({ published, target, protocol }) => `${published}:${target}/${protocol}`);
  return { ports, warnings };
};

it.each([
  ['80', ['0:80/tcp']],
  ['8080:80', ['8080:80/tcp']],
  ['53:53/UDP', ['53:53/udp']],
  ['8000-8001:80', ['8000:80/tcp', '8001:80/tcp']],
  ['8009-8011:9-11', ['8010:10/tcp', '8011:11/tcp', '8009:9/tcp']],
  ['0.0.0.0:80:80', ['80:80/tcp']],
  ['[::]:80:80', ['80:80/tcp']],
  [':80', ['0:80/tcp']],
])('%s publishes %j', (text, ports) => {
  expect(expand(text)).toEqual({ ports, warnings: [] });
});

it('warns about addresses that Swarm ignores', () => {
  expect(expand('127.0.0.1:8001:80').warnings).toEqual(["ignoring IP-address (127.0.0.1:8001:80/tcp) service will listen on '0.0.0.0'"]);
  expect(expand('[::1]::80').warnings).toEqual(["ignoring IP-address ([::1]::80/tcp) service will listen on '0.0.0.0'"]);
});

it.each([
  ['', 'No port specified'],
  ['x', 'invalid containerPort: x'],
  ['x:80', 'invalid hostPort: x'],
  ['70000:80', 'invalid hostPort: 70000'],
  ['8000-8002:80-81', 'invalid ranges specified'],
  ['9-8', 'invalid containerPort'],
  ['80/foo', 'invalid proto: foo'],
  ['host:80:80', 'invalid IP address: host'],
])('%j is no port', (text, problem) => {
  expect(parsePortSpec(text)).toContain(problem);
});
