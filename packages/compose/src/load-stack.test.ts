import { describe, expect, it } from 'vitest';
import { ComposeError, convertStack, loadStack, type LoadedStack, type LoadOptions, type ServiceModel } from './index.ts';

const FILES: Readonly<Record<string, string>> = { '/work/a.env': 'A=file\nB=file', '/work/value': 'hush' };
const readFile = (path: string): Uint8Array => {
  const text = FILES[path];
  if (text === undefined) throw Object.assign(new Error('nothing there'), { code: 'ENOENT' });
  return new TextEncoder().encode(text);
};

const load = (text: string, options: Partial<LoadOptions> = {}): LoadedStack =>
  loadStack({ files: [{ name: 'stack.yml', text }], workingDir: '/work', environment: { HOME: '/home/me', REPLICAS: '3' }, readFile, ...options });

const service = (body: string, options: Partial<LoadOptions> = {}): ServiceModel => {
  const [only] = load(`services:\n  web:\n    image: nginx\n${body.replace(/^/gm, '    ')}`, options).model.services;
  if (only === undefined) throw new Error('no service');
  return only;
};

const refusal = (run: () => unknown): ComposeError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ComposeError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('values in their long form', () => {
  it.each<[string, string, Partial<ServiceModel>]>([
    ['a command line', 'command: run "a b"', { command: ['run', 'a b'] }],
    ['a cast after interpolation', 'deploy: {replicas: $REPLICAS}', { deploy: { replicas: 3 } }],
    ['an explicit zero', 'deploy: {replicas: 0}', { deploy: { replicas: 0 } }],
    ['env files below the environment', 'env_file: a.env\nenvironment: [B=own]', { environment: { A: 'file', B: 'own' } }],
    ['a health check of one line', 'healthcheck: {test: curl x, interval: 5s}', { healthcheck: { test: ['CMD-SHELL', 'curl x'], interval: 5e9 } }],
    ['a bind mount below the folder', 'volumes: [./data:/d]', { volumes: [{ type: 'bind', source: '/work/data', target: '/d' }] }],
    ['a bind mount at home', 'volumes: [~/data:/d]', { volumes: [{ type: 'bind', source: '/home/me/data', target: '/d' }] }],
    ['a network list', 'networks: [a, b]', { networks: { a: null, b: null } }],
    ['one number for both limits', 'ulimits: {nofile: 5}', { ulimits: { nofile: { soft: 5, hard: 5 } } }],
    ['hosts of a mapping, sorted', 'extra_hosts: {z: 1.1.1.1, a: "[::1]"}', { extraHosts: ['a:::1', 'z:1.1.1.1'] }],
    ['hosts of a list, with either separator', 'extra_hosts: ["z=1.1.1.1", "a:2.2.2.2", "none"]', { extraHosts: ['z:1.1.1.1', 'a:2.2.2.2'] }],
  ])('%s', (_name, body, expected) => {
    expect(service(body)).toMatchObject(expected);
  });
});

describe('refusals name file, line, key and reason', () => {
  it.each<[string, number | undefined, string | undefined, string]>([
    ['services:\n  web:\n    image: a\n    prts: [80]', 4, 'services.web', 'services.web Additional property prts is not allowed'],
    ['services:\n  web:\n    image: a\n    ports:\n      - "x:1"', 5, 'services.web.ports.0', "services.web.ports.0 Does not match format 'ports'"],
    ['services: {web: {image: a, command: {a: b}}}', 1, 'services.web.command', 'services.web.command must be a string'],
    ['services: {web: {image: a, depends_on: {b: {condition: service_started}}}}', 1, 'services.web.depends_on', 'services.web.depends_on must be a list'],
    ['services: {web: {image: a, environment: {A: true}}}', 1, 'services.web.environment.A', 'services.web.environment.A must be a string, number or null'],
    ['services: {web: {image: a, cap_add: [A, A]}}', 1, 'services.web.cap_add', 'services.web.cap_add array items[0,1] must be unique'],
    ['services:\n  web:\n    image: a\n    user: ${U:?who}', 4, 'services.web.user', 'required variable U is missing a value: who'],
    ['services: {web: {image: a, mem_limit: 1g}}', 1, 'services.web.mem_limit', 'mem_limit: Set resource limits using deploy.resources'],
    ['services:\n  web:\n    build: .', 2, 'services.web.image', 'invalid image reference for service web: no image specified'],
    ['version: "2.4"\nservices: {}', 1, 'version', 'unsupported Compose file version: 2.4'],
    ['services: {web: {image: a, env_file: gone.env}}', 1, 'services.web.env_file', 'open /work/gone.env: no such file or directory'],
    ['services: {web: {image: a, deploy: {replicas: -1}}}', 1, 'services.web.deploy.replicas', '-1 overflows uint'],
    ['a: .nan\nservices: {}', 1, 'a', 'json: unsupported value: NaN'],
    ['volumes: {v: {external: true, driver: x}}', 1, 'volumes.v.driver', 'conflicting parameters "external" and "driver" specified for volume "v"'],
  ])('%s', (text, line, key, message) => {
    const error = refusal(() => load(text));
    expect(error.message).toContain(message);
    expect(error.where).toMatchObject({ file: 'stack.yml', line, key });
    expect(error.describe()).toMatch(/^stack\.yml:\d+: /);
    expect(error.code).toBe('INVALID_ARGUMENT');
  });

  it('keeps values of variables out of the agent’s messages', () => {
    const text = 'services: {web: {image: a, deploy: {replicas: $PASSWORD}}}';
    const environment = { PASSWORD: 'hunter2' };
    expect(refusal(() => load(text, { environment })).message).toContain('hunter2');
    expect(refusal(() => load(text, { environment, dialect: 'agent' })).message).not.toContain('hunter2');
  });
});

describe('versions', () => {
  it.each([
    ['3.0', 'secrets: {}'],
    ['3.2', 'configs: {}'],
    ['3.3', 'x-a: 1'],
    ['3.4', 'services: {a: {image: a, isolation: x}}'],
    ['3.6', 'services: {a: {image: a, init: true}}'],
    ['3.7', 'services: {a: {image: a, deploy: {placement: {max_replicas_per_node: 1}}}}'],
    ['3.8', 'services: {a: {image: a, deploy: {resources: {limits: {pids: 1}}}}}'],
    ['3.11', 'services: {a: {image: a, healthcheck: {test: a, start_interval: 1s}}}'],
    ['3.12', 'services: {a: {image: a, oom_score_adj: 1}}'],
  ])('%s does not know yet: %s', (version, body) => {
    const next = `3.${Number(version.slice(2)) + 1}`;
    expect(refusal(() => load(`version: "${version}"\n${body}`)).message).toContain('Additional property');
    expect(load(`version: "${next}"\n${body}`).model.version).toBe(next);
  });

  it('takes the newest when none is given and refuses different ones', () => {
    expect(load('services: {}').model.version).toBe('3.13');
    const files = ['3.7', '3.8'].map((version) => ({ name: version, text: `version: "${version}"` }));
    expect(refusal(() => load('', { files })).message).toBe('version mismatched between two composefiles : 3.7 and 3.8');
  });
});

describe('the agent’s dialect', () => {
  const generated = 'name: shop\nservices:\n  web:\n    image: a\n    build: {context: ., ssh: [x]}\n    container_name: web\n    restart: always\n    depends_on: {db: {condition: service_healthy, restart: true}, init: {condition: service_completed_successfully}}';

  it('takes what control planes generate', () => {
    const { model, warnings } = load(generated, { dialect: 'agent' });
    expect(model.services[0]?.dependsOn).toEqual({ db: 'service_healthy', init: 'service_completed_successfully' });
    expect(warnings.map(({ keys }) => keys)).toEqual([['build', 'restart'], ['container_name']]);
    const { services } = convertStack(model, { namespace: 's', readFile });
    expect(services[0]?.dependsOn).toEqual([{ service: 'db', condition: 'service_healthy' }, { service: 'init', condition: 'service_completed_successfully' }]);
  });

  it('is not Docker’s', () => {
    expect(refusal(() => load(generated)).message).toContain('services.web.depends_on must be a list');
  });

  it('reads x-axion and refuses what it does not know there', () => {
    const on = { selfHeal: true, recreateNetworks: false, keepFailed: false };
    expect(load('x-axion: {self_heal: true}', { dialect: 'agent' }).model.axion).toEqual(on);
    expect(load('x-axion: {self_heal: true, other: 1}').model.axion).toEqual(on);
    expect(refusal(() => load('x-axion:\n  heal: true', { dialect: 'agent' })).where).toMatchObject({ line: 2, key: 'x-axion.heal' });
    expect(refusal(() => load('x-axion: {self_heal: 1}', { dialect: 'agent' })).message).toContain('must be true or false');
  });
});

it('warns about ignored keys once for all services and files', () => {
  const files = ['a', 'b'].map((name) => ({ name, text: `services: {${name}: {image: a, links: [x], expose: [1], ports: ["127.0.0.1:80:80"]}}` }));
  expect(load('', { files }).warnings).toEqual([
    { kind: 'other', keys: [], text: "ignoring IP-address (127.0.0.1:80:80/tcp) service will listen on '0.0.0.0'" },
    { kind: 'unsupported', keys: ['links'], text: 'Ignoring unsupported options: links' },
    expect.objectContaining({ kind: 'deprecated', keys: ['expose'] }),
  ]);
});
