import { expect, test } from 'vitest';
import type { ComposeSpec } from '../../workload/spec.ts';
import { composeText, secretsOf, validateCompose } from './compose-text.ts';
import { projectName } from './project-name.ts';

const spec = (over: Partial<ComposeSpec> = {}): ComposeSpec => ({ projectName: '', composeYaml: 'services: {web: {image: a}}', env: {}, ...over });

test('inline and base64, also folded into lines, are the same file', () => {
  const text = 'services:\n  web:\n    image: busybox:1 # ünïcode\n';
  const base64 = Buffer.from(text).toString('base64');
  expect(composeText({ composeYaml: text })).toBe(text);
  expect(composeText({ composeYaml: base64 })).toBe(text);
  expect(composeText({ composeYaml: base64.replaceAll(/(.{20})/g, '$1\n') })).toBe(text);
});

test.each<[string, Partial<ComposeSpec>]>([
  ['compose_yaml', { composeYaml: ' ' }],
  ['compose_yaml', { composeYaml: 'services' }],
  ['compose_yaml', { composeYaml: '/////w==' }],
  ['compose_yaml', { composeYaml: 'services: {}' }],
  ['compose_yaml', { composeYaml: 'web: {image: a}' }],
  ['compose_yaml', { composeYaml: 'services: {web: [}' }],
  ['compose_yaml', { composeYaml: `# ${'x'.repeat(2 ** 20)}\nservices: {web: {image: a}}` }],
  ['env', { env: { '': 'x' } }],
  ['env', { env: { 'A=B': 'x' } }],
  ['env', { env: { DOCKER_HOST: 'tcp://elsewhere' } }],
  ['env', { env: { PATH: '/tmp' } }],
  ['env', { env: { LD_PRELOAD: 'x' } }],
  ['env', { env: { COMPOSE_FILE: '/etc/passwd' } }],
  ['env', { env: { A: 'a\0b' } }],
])('%s is refused: %o', (field, over) => {
  expect(() => validateCompose(spec(over))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: `spec.compose.${field}` } }));
});

test('a bad file is refused without showing it', () => {
  const refusal = (): void => validateCompose(spec({ composeYaml: 'services:\n  web:\n    environment: {PASSWORD: hunter2-secret]\n' }));
  expect(refusal).toThrow(/not valid YAML/);
  expect(refusal).not.toThrow(/hunter2/);
});

test('profiles may be chosen, and the project named, which is the id all the same', () => {
  expect(() => validateCompose(spec({ projectName: 'Any name', env: { COMPOSE_PROFILES: 'debug', COMPOSE_PROJECT_NAME: 'shop' } }))).not.toThrow();
});

test('values of env and of environments, lists or mappings, are secrets', () => {
  const composeYaml = 'services: {a: {environment: {P: one-secret}}, b: {environment: ["Q=two-secret", BARE]}, c: null}';
  expect(secretsOf(spec({ composeYaml, env: { R: 'three-secret' } }))).toEqual(['three-secret', 'one-secret', 'two-secret', '']);
});

test('no two ids mean one project', () => {
  expect(projectName('shop')).toBe('shop');
  const names = ['Shop', 'sHop', 'sh.op', 'sh-op', 'x'.repeat(128)].map((id) => projectName(id));
  expect(new Set(names).size).toBe(5);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/);
});
