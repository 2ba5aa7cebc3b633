import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ComposeError, convertStack, loadStack, type StackSpec } from './index.ts';

const readFile = (path: string): Uint8Array => {
  if (path.includes('missing')) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
  return new TextEncoder().encode('A=1\n');
};

/** The stack's specs, or the package's own refusal; anything else thrown fails the property. */
const attempt = (texts: readonly string[], dialect: 'docker' | 'agent' = 'docker'): StackSpec | ComposeError => {
  try {
    const files = texts.map((text, at) => ({ name: `${at}.yml`, text }));
    const { model } = loadStack({ files, workingDir: '/w', environment: { A: 'a', N: '1' }, readFile, dialect });
    return convertStack(model, { namespace: 's', readFile });
  } catch (error) {
    if (error instanceof ComposeError) return error;
    throw error;
  }
};

const KEYS = [
  'image', 'command', 'ports', 'volumes', 'environment', 'env_file', 'deploy', 'replicas', 'mode', 'resources', 'limits', 'memory', 'cpus', 'healthcheck',
  'test', 'interval', 'retries', 'networks', 'secrets', 'configs', 'source', 'target', 'published', 'type', 'bind', 'tmpfs', 'size', 'ulimits', 'nofile', 'soft',
  'hard', 'labels', 'external', 'name', 'file', 'driver', 'extra_hosts', 'restart', 'depends_on', 'update_config', 'parallelism', 'delay', 'credential_spec',
  'config', 'logging', 'options', 'placement', 'preferences', 'init', 'dns', 'sysctls', 'x-axion', '__proto__', 'constructor', 'toString', 'ipam', 'mode',
] as const;

const scalar = fc.oneof(
  fc.constantFrom('', 'a', '$A', '${N}', '$', '${X:?e}', '1', '80:80', '1-3:1-3', './x:/y', 'v:/v', 'data:/d:ro', '5s', '64m', '0.5', 'A=1', 'missing', '~', '2020-01-01', '__proto__'),
  fc.integer({ min: -2, max: 70_000 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 5, depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 5 })),
}));
const serviceText = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 6 }).map((body) => ({ ...body, image: 'a' }));
const stack = fc.record({ services: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), serviceText) }, { requiredKeys: ['services'] });

const quick = { numRuns: 300 } as const;

it('throws nothing but its own error for any text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('ab:-[]{}*&!|>"\'#,\n\t <?$%')) })), (text) => {
      attempt([text]);
    }),
    quick,
  );
});

it('throws nothing but its own error for any value', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(value, stack), { minLength: 1, maxLength: 2 }), fc.constantFrom('docker' as const, 'agent' as const), (files, dialect) => {
      attempt(files.map((file) => stringify(file)), dialect);
    }),
    quick,
  );
});

const accepted = fc.record(
  {
    image: fc.constantFrom('a', 'a:1', 'r.io/a/b'),
    environment: fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.oneof(fc.integer(), fc.constantFrom('', 'x', null))),
    labels: fc.dictionary(fc.constantFrom('l', 'm', '__proto__'), fc.constantFrom('1', 2, null)),
    networks: fc.dictionary(fc.constantFrom('n', 'default'), fc.constantFrom(null, { aliases: ['x'] })),
    ulimits: fc.dictionary(fc.constantFrom('nofile', 'nproc'), fc.integer({ min: 0, max: 9 })),
    sysctls: fc.dictionary(fc.constantFrom('a', 'b'), fc.integer()),
    command: fc.constantFrom('a b', ['a', 'b'], ''),
    ports: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }),
    deploy: fc.record({ replicas: fc.nat({ max: 5 }), labels: fc.constantFrom({ a: 'b' }, ['a=b']) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['image'] },
);
const acceptedStack = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), accepted).map((services) => ({ services, networks: { n: null } }));

/** The same mappings written in the opposite order. */
const reversed = (input: unknown): unknown => {
  if (Array.isArray(input)) return input.map(reversed);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).toReversed().map(([key, item]) => [key, reversed(item)]));
};

it('makes equal specs whatever the order of keys in the file', () => {
  fc.assert(
    fc.property(acceptedStack, (file) => {
      const specs = attempt([stringify(file)]);
      expect(specs).not.toBeInstanceOf(ComposeError);
      expect(attempt([stringify(reversed(file))])).toEqual(specs);
    }),
    quick,
  );
});

it('changes nothing when merged with a file that says nothing', () => {
  fc.assert(
    fc.property(acceptedStack, (file) => {
      const text = stringify(file);
      expect(attempt([text, 'services: {}'])).toEqual(attempt([text]));
    }),
    quick,
  );
});
