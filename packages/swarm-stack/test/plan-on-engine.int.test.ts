import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertStack, loadStack } from '@axion/compose';
import type { StackSpec } from '@axion/compose';
import { openEngine } from '@axion/docker-engine';
import type { Engine } from '@axion/docker-engine';
import { dockerEngine, sharedImage, uniqueName, waitFor } from '@axion/testkit';
import { applyStep, Ids, lookAndPlan, observeStack, planStack, withContentNames } from '../src/index.ts';

let engine: Engine;
const namespace = uniqueName('plan').toLowerCase();
const signal = AbortSignal.timeout(100_000);
beforeAll(async () => {
  engine = openEngine({ host: (await dockerEngine()).host, deadlineMs: 30_000 });
});
afterAll(async () => {
  await waitFor(async () => (await bring(nothing)).length === 0, { what: 'the stack to be gone', timeoutMs: 30_000 });
  engine.close();
});

const nothing: StackSpec = { namespace, networks: [], secrets: [], configs: [], services: [], external: { networks: [], secrets: [], configs: [] } };

const stackOf = (file: object, contents: Readonly<Record<string, string>>): StackSpec => {
  const readFile = (path: string): Buffer => Buffer.from(contents[path] ?? '');
  const { model } = loadStack({ files: [{ name: 'stack.json', text: JSON.stringify(file) }], workingDir: '/p', environment: {}, readFile, dialect: 'agent' });
  return withContentNames(convertStack(model, { namespace, readFile }));
};

/** Plans and applies without waiting for tasks; returns the steps. */
const bring = async (wanted: StackSpec) => {
  const found = await observeStack(engine, namespace, signal);
  const steps = planStack(wanted, found);
  const context = { engine, ids: new Ids(found.ids), authFor: () => undefined, onWarning: () => undefined, signal };
  // Services go before the networks and files that they use.
  const order = ['create-network', 'create-secret', 'create-config', 'create-service', 'update-service', 'replace-service', 'remove-service', 'remove-network', 'remove-secret', 'remove-config'];
  for (const step of steps.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action))) {
    await waitFor(() => applyStep(step, context).then(() => true, (error: { reason?: string }) => (error.reason === 'IN_USE' ? false : Promise.reject(error))), { what: `${step.action} ${step.name}`, timeoutMs: 20_000 });
  }
  return steps;
};

/** Nothing of it runs: what is planned and applied is looked at, not what becomes of the tasks. */
const service = fc.record({
  image: fc.constant(sharedImage()),
  command: fc.constantFrom(['sleep', '1'], ['sleep', '2']),
  environment: fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('', '1', 'two words', 'x=y'), { maxKeys: 3 }),
  labels: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('', '1'), { maxKeys: 2 }),
  init: fc.boolean(),
  healthcheck: fc.option(fc.record({ test: fc.constantFrom('true', ['CMD', 'true']), interval: fc.constantFrom('2s', '1m'), retries: fc.integer({ min: 1, max: 5 }) }), { nil: undefined }),
  networks: fc.uniqueArray(fc.constantFrom('n1', 'n2'), { minLength: 1, maxLength: 2 }),
  configs: fc.uniqueArray(fc.constantFrom('one', 'two'), { maxLength: 2 }),
  secrets: fc.uniqueArray(fc.constantFrom('hush'), { maxLength: 1 }),
  volumes: fc.uniqueArray(fc.constantFrom('data:/data', '/tmp:/host:ro'), { maxLength: 2 }),
  cap_drop: fc.uniqueArray(fc.constantFrom('NET_RAW', 'SYS_TIME'), { maxLength: 2 }),
  ulimits: fc.option(fc.constant({ nofile: { soft: 100, hard: 200 } }), { nil: undefined }),
  logging: fc.option(fc.constant({ driver: 'json-file', options: { 'max-size': '1m' } }), { nil: undefined }),
  deploy: fc.record({
    replicas: fc.constant(0),
    endpoint_mode: fc.constantFrom('dnsrr', 'vip'),
    restart_policy: fc.option(fc.record({ condition: fc.constantFrom('any', 'none', 'on-failure'), delay: fc.constantFrom('1s', '7s') }), { nil: undefined }),
    update_config: fc.option(fc.record({ parallelism: fc.integer({ min: 0, max: 2 }), order: fc.constantFrom('start-first', 'stop-first') }), { nil: undefined }),
    resources: fc.option(fc.constant({ limits: { cpus: '0.5', memory: '50M' }, reservations: { memory: '10M' } }), { nil: undefined }),
    placement: fc.option(fc.constant({ constraints: ['node.role == manager'], preferences: [{ spread: 'node.labels.zone' }] }), { nil: undefined }),
  }),
});
const stack = fc.record({ services: fc.dictionary(fc.constantFrom('a', 'b', 'c'), service, { minKeys: 1 }), one: fc.constantFrom('1', '2'), hush: fc.constantFrom('s1', 's2') }).map(({ services, one, hush }) =>
  stackOf(
    { services, networks: { n1: {}, n2: { internal: true } }, volumes: { data: {} }, configs: { one: { file: '/p/one' }, two: { file: '/p/two' } }, secrets: { hush: { file: '/p/hush' } } },
    { '/p/one': one, '/p/two': 'two', '/p/hush': hush },
  ),
);

test('property on the real engine: from any stack, apply(plan(next)) gives next, and the plan after that is empty', { timeout: 100_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(stack, async (next) => {
      await bring(next);
      const found = await observeStack(engine, namespace, signal);
      expect(planStack(next, found)).toEqual([]);
      const names = (objects: readonly { readonly name: string }[]): readonly string[] => objects.map(({ name }) => name).sort();
      expect(names(found.services)).toEqual(next.services.map(({ spec }) => spec.Name).sort());
      expect(names(found.configs)).toEqual(next.configs.map(({ Name }) => Name).sort());
      expect(names(found.secrets)).toEqual(next.secrets.map(({ Name }) => Name).sort());
    }),
    { numRuns: 8, seed: 7 },
  );
});

test('looking and planning changes nothing on the engine', async () => {
  const wanted = stackOf({ services: { a: { image: sharedImage(), deploy: { replicas: 0 } } } }, {});
  await bring(wanted);
  const versions = async (): Promise<readonly number[]> => (await observeStack(engine, namespace, signal)).services.map(({ version }) => version);
  const before = await versions();
  const { steps } = await lookAndPlan({ engine, wanted: stackOf({ services: { a: { image: sharedImage(), deploy: { replicas: 0 } }, b: { image: sharedImage() } } }, {}), authFor: () => undefined, plan: {}, signal });
  expect(steps.map(({ action }) => action)).toContain('create-service');
  expect(await versions()).toEqual(before);
});
