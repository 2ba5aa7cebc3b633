import { expect, it } from 'vitest';
import { loadStack, type ServiceModel, type StackModel } from '../index.ts';

const merge = (...texts: readonly string[]): StackModel =>
  loadStack({ files: texts.map((text, at) => ({ name: `${at}.yml`, text })), workingDir: '/w', environment: {}, readFile: () => new Uint8Array() }).model;

const service = (base: string, override: string): ServiceModel => {
  const [only] = merge(`services: {a: {image: x, ${base}}}`, `services: {a: {${override}}}`).services;
  if (only === undefined) throw new Error('no service');
  return only;
};

it.each<[string, string, string, Partial<ServiceModel>]>([
  ['a later value wins', 'user: a', 'user: b', { user: 'b' }],
  ['an empty one does not', 'user: a, tty: true, init: true', 'user: "", tty: false, init: false', { user: 'a', tty: true, init: true }],
  ['a count of 0 does', 'deploy: {replicas: 2}', 'deploy: {replicas: 0}', { deploy: { replicas: 0 } }],
  ['a duration of 0 does not', 'stop_grace_period: 5s', 'stop_grace_period: 0s', { stopGracePeriod: 5e9 }],
  ['maps are joined', 'labels: {a: 1, b: 1}', 'labels: {b: 2}', { labels: { a: '1', b: '2' } }],
  ['variables keep a value over none', 'environment: {A: x, B: , C: x}', 'environment: {A: "", B: y, C: z}', { environment: { A: 'x', B: 'y', C: 'z' } }],
  ['commands are replaced', 'command: a b', 'command: [c]', { command: ['c'] }],
  ['lists are appended', 'dns: [a]', 'dns: [a, b]', { dns: ['a', 'a', 'b'] }],
  ['so are health check tests', 'healthcheck: {test: a}', 'healthcheck: {test: [CMD, b]}', { healthcheck: { test: ['CMD-SHELL', 'a', 'CMD', 'b'] } }],
  ['ports are keyed by what they publish', 'ports: ["2:2", 8, 9]', 'ports: ["2:3", "1:1"]', { ports: [port(0, 9), port(1, 1), port(2, 3)] }],
  ['volumes are keyed by target', 'volumes: [/x:/b, /y:/a]', 'volumes: [/z:/b]', { volumes: [bind('/y', '/a'), bind('/z', '/b')] }],
  ['secrets are keyed by source', 'secrets: [t, s]', 'secrets: [{source: s, target: q}]', { secrets: [{ source: 's', target: 'q' }, { source: 't' }] }],
  ['aliases are replaced, driver options kept', 'networks: {n: {aliases: [a], driver_opts: {o: p}}}', 'networks: {n: {aliases: [b]}, m: }', { networks: { n: { aliases: ['b'], driverOpts: { o: 'p' } }, m: null } }],
  ['options of one log driver are joined', 'logging: {driver: d, options: {a: 1}}', 'logging: {options: {b: 2}}', { logging: { driver: 'd', options: { a: '1', b: '2' } } }],
  ['those of another replace it', 'logging: {driver: d, options: {a: 1}}', 'logging: {driver: e}', { logging: { driver: 'e' } }],
  ['limits are replaced by name', 'ulimits: {a: 1, b: 2}', 'ulimits: {b: {soft: 3, hard: 4}}', { ulimits: { a: { soft: 1, hard: 1 }, b: { soft: 3, hard: 4 } } }],
])('%s', (_name, base, override, merged) => {
  expect(service(base, override)).toEqual({ name: 'a', image: 'x', ...merged });
});

it('sorts and collapses ports as soon as another file mentions the service', () => {
  expect(service('ports: ["2:2", 8, 9]', 'user: a').ports).toEqual([port(0, 9), port(2, 2)]);
});

it('leaves a list in its order where the files before said nothing in it', () => {
  const [only] = merge('services: {a: {image: x}}', 'services: {a: {volumes: []}}', 'services: {a: {volumes: [/y:/b, /x:/a]}}').services;
  expect(only?.volumes).toEqual([bind('/y', '/b'), bind('/x', '/a')]);
});

it('joins deploy key by key', () => {
  const base = 'deploy: {placement: {constraints: [a]}, resources: {limits: {cpus: "1"}}, update_config: {parallelism: 2, delay: 1s}, restart_policy: {delay: 3s}}';
  const override = 'deploy: {placement: {constraints: [b]}, resources: {limits: {memory: 1k}}, update_config: {delay: 2s}, restart_policy: {delay: 0s, max_attempts: 0}}';
  expect(service(base, override).deploy).toEqual({
    placement: { constraints: ['a', 'b'] },
    resources: { limits: { cpus: '1', memory: 1024 } },
    updateConfig: { parallelism: 2, delay: 2e9 },
    restartPolicy: { delay: 3e9, maxAttempts: 0 },
  });
});

it('replaces networks and the like as a whole, and sorts services', () => {
  const model = merge('services: {b: {image: x}}\nnetworks: {n: {attachable: true}, m: }', 'services: {a: {image: x}}\nnetworks: {n: {internal: true}}');
  expect(model.services.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(model.networks).toEqual({ n: { internal: true }, m: {} });
});

function port(published: number, target: number) {
  return { mode: 'ingress', target, published, protocol: 'tcp' };
}

function bind(source: string, target: string) {
  return { type: 'bind', source, target };
}
