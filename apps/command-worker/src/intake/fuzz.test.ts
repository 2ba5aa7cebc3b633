import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build, record } from './test-door.ts';

const { signal } = new AbortController();
const deploy = { project_id: 'shop', docker_stack_yml: 'services: {web: {image: busybox}}', env_vars: { A: '1' }, registry_auth: [{ server: 's', username: 'u', password: 'p' }] };
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

/** Envelopes as control planes send them, and some that once were trouble elsewhere: what is mutated. */
const CORPUS: readonly string[] = [
  { command_id: 'a', command_type: 'Stop', payload: { project_id: 'shop' }, timestamp: '2026-01-01T00:00:00Z' },
  { command_id: 'b', command_type: 'Deploy', payload: deploy, correlation_id: 'c', causation_id: null, timestamp: '2026-01-01T00:00:00.000000001+02:00', metadata: { user_id: 'u', project_id: 'shop', retry_attempt: 3 }, expires_at: '2030-01-01T00:00:00Z' },
  { command_id: 'c', command_type: 'Scale', payload: base64({ project_id: 'shop', service_name: 'web', replicas: 3 }), timestamp: '2026-01-01T00:00:00Z', metadata: {} },
  { command_id: 'd', command_type: 'GetStatus', payload: [...Buffer.from('{}')], timestamp: '2026-01-01T00:00:00Z', signature: 'AAAA' },
  { command_id: 'e', command_type: 'ApplyWorkload', payload: { id: 'web.1', type: 'CONTAINER', spec: { container: { image: 'x', env: { 'ключ': '🔑' } } } }, timestamp: '2026-01-01T00:00:00Z' },
  { command_id: 'f', command_type: 'SwarmJoin', payload: { join_token: 't', remote_addrs: ['10.0.0.1:2377'] }, timestamp: '2026-01-01T00:00:00Z' },
  { command_id: 'g', command_type: 'Update', payload: null, timestamp: '2026-01-01T00:00:00Z', unknown: { deep: [[[[{}]]]] } },
]
  .map((envelope) => JSON.stringify(envelope))
  .concat(
    '{"command_id":"h","command_id":"i","command_type":"HealthCheck","payload":{},"timestamp":"2026-01-01T00:00:00Z"}',
    '{"__proto__":{"command_id":"j"},"constructor":1,"command_type":"Stop","payload":{"project_id":"shop","__proto__":null},"timestamp":0}',
    `{"command_id":"k","command_type":"Stop","payload":${'['.repeat(3000)}${']'.repeat(3000)},"timestamp":"2026-01-01T00:00:00Z"}`,
    '\ufeff{"command_id":"l","command_type":"Scale","payload":{"project_id":"SHOP","service_name":"web","replicas":1e400},"timestamp":"+275760-09-13T00:00:00.000Z"}',
  );

const VALUES: readonly string[] = ['null', 'true', '-0', '1e999', '""', '"\\u0000"', '"\\ud800"', '[]', '{}', '{"a":1}', '"2026-13-45T99:99:99Z"', '9007199254740993', `"${'x'.repeat(600)}"`];

type Mutation = (bytes: Buffer) => Buffer;
const at = (bytes: Buffer, place: number): number => Math.floor(place * (bytes.length + 1));

const place = fc.double({ min: 0, max: 1, noNaN: true });
const otherByte = fc.tuple(place, fc.nat(255)).map(([where, byte]): Mutation => (bytes) => Buffer.from(bytes.map((own, index) => (index === at(bytes, where) ? byte : own))));
const cutOff = place.map((where): Mutation => (bytes) => bytes.subarray(0, at(bytes, where)));
const inserted = fc.tuple(place, fc.uint8Array({ maxLength: 8 })).map(([where, more]): Mutation => (bytes) => Buffer.concat([bytes.subarray(0, at(bytes, where)), more, bytes.subarray(at(bytes, where))]));
const cutOut = fc.tuple(place, fc.nat(40)).map(([where, count]): Mutation => (bytes) => Buffer.concat([bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + count)]));
/** One value in the place of another, which leaves it JSON. */
const otherValue = fc.tuple(fc.nat(), fc.constantFrom(...VALUES)).map(([which, value]): Mutation => (bytes) => {
  const text = bytes.toString('utf8');
  const values = [...text.matchAll(/(?<=:)("[^"]*"|[\d.]+|null|true|false|\[\]|\{\})/g)];
  const old = values[which % Math.max(1, values.length)];
  return old === undefined ? bytes : Buffer.from(text.slice(0, old.index) + value + text.slice(old.index + old[0].length));
});
const mutation = fc.oneof({ weight: 12, arbitrary: otherValue }, { weight: 3, arbitrary: otherByte }, cutOff, inserted, cutOut);

const seed = Number(process.env['AXION_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test('twenty thousand mutated envelopes: each is stored, answered or a dead letter, once, and nothing breaks', { timeout: 120_000 }, async () => {
  const outcomes = new Map<string, number>();
  const mutated = fc.tuple(fc.constantFrom(...CORPUS), fc.array(mutation, { minLength: 1, maxLength: 3 })).map(([text, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), Buffer.from(text) as Buffer));
  const property = fc.asyncProperty(mutated, async (value) => {
    const door = build();
    await door.intake.accept({ ...record({}), value }, signal);
    expect(door.outcomes).toHaveLength(1);
    expect(door.stored.length + door.events.length + door.letters.length).toBe(1);
    outcomes.set(door.outcomes[0]!, (outcomes.get(door.outcomes[0]!) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: 20_000, seed });
  console.log(`seed ${seed}: ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  // The mutations must not all be so wild that nothing gets through.
  for (const outcome of ['accepted', 'refused', 'dead_lettered']) expect(outcomes.get(outcome), outcome).toBeGreaterThan(20);
});

test.each(CORPUS.map((text, index) => [index, text] as const))('number %i of the corpus as it is ends once', async (_index, text) => {
  const door = build();
  await door.intake.accept({ ...record({}), value: Buffer.from(text) }, signal);
  expect(door.outcomes).toHaveLength(1);
});
