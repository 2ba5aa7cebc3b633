import { describe, expect, it } from 'vitest';
import { bindReferences, ComposeError, convertStack, loadStack, type EngineServiceSpec, type StackSpec } from '../index.ts';

const readFile = (path: string): Uint8Array => new TextEncoder().encode(`content of ${path}`);
const load = (text: string) => loadStack({ files: [{ name: 'stack.yml', text }], workingDir: '/w', environment: {}, readFile });
const convert = (text: string): StackSpec => convertStack(load(text).model, { namespace: 'shop', readFile });
const service = (body: string, rest = ''): EngineServiceSpec => {
  const [only] = convert(`services:\n  web:\n    image: nginx\n${body.replace(/^/gm, '    ')}\n${rest}`).services;
  if (only === undefined) throw new Error('no service');
  return only.spec;
};

it('makes the smallest service there is', () => {
  expect(convert('services: {web: {image: nginx}}')).toEqual({
    namespace: 'shop',
    networks: [
      {
        Name: 'shop_default', CheckDuplicate: true, Driver: 'overlay', Scope: '', Internal: false, Attachable: false, Ingress: false, ConfigOnly: false,
        ConfigFrom: null, IPAM: null, Options: null, Labels: { 'com.docker.stack.namespace': 'shop' },
      },
    ],
    secrets: [],
    configs: [],
    services: [
      {
        key: 'web',
        image: 'nginx',
        dependsOn: [],
        spec: {
          Name: 'shop_web',
          Labels: { 'com.docker.stack.image': 'nginx', 'com.docker.stack.namespace': 'shop' },
          Mode: { Replicated: {} },
          EndpointSpec: {},
          TaskTemplate: {
            ForceUpdate: 0,
            Placement: {},
            Resources: {},
            Networks: [{ Target: 'shop_default', Aliases: ['web'] }],
            ContainerSpec: {
              Image: 'nginx:latest',
              Labels: { 'com.docker.stack.namespace': 'shop' },
              Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false },
            },
          },
        },
      },
    ],
    external: { networks: [], secrets: [], configs: [] },
  });
});

describe('parts of a service', () => {
  it('sorts ports by what they publish', () => {
    expect(service('ports: ["90:9", "80:8/udp", 7]').EndpointSpec.Ports?.map(({ PublishedPort, TargetPort }) => [PublishedPort, TargetPort])).toEqual([[undefined, 7], [80, 8], [90, 9]]);
  });

  it('puts the stack’s labels over the user’s', () => {
    const spec = service('labels: {com.docker.stack.namespace: mine, a: b}\ndeploy: {labels: {com.docker.stack.image: mine}}');
    expect(spec.TaskTemplate.ContainerSpec.Labels).toEqual({ a: 'b', 'com.docker.stack.namespace': 'shop' });
    expect(spec.Labels['com.docker.stack.image']).toBe('nginx');
  });

  it.each([
    ['deploy: {mode: global}', { Global: {} }],
    ['deploy: {mode: global-job}', { GlobalJob: {} }],
    ['deploy: {mode: replicated-job, replicas: 2}', { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 2 } }],
    ['deploy: {replicas: 0}', { Replicated: { Replicas: 0 } }],
  ])('%s', (body, mode) => {
    expect(service(body).Mode).toEqual(mode);
  });

  it.each([
    ['restart: always', { Condition: 'any' }],
    ['restart: "no"', undefined],
    ['restart: on-failure:3', { Condition: 'on-failure', MaxAttempts: 3 }],
    ['restart: always\ndeploy: {restart_policy: {condition: none, delay: 0s}}', { Condition: 'none', Delay: 0 }],
  ])('%s', (body, policy) => {
    expect(service(body).TaskTemplate.RestartPolicy).toEqual(policy);
  });

  it('gives update settings their defaults and single precision', () => {
    expect(service('deploy: {update_config: {max_failure_ratio: 0.123456789}}').UpdateConfig).toEqual({ Parallelism: 1, MaxFailureRatio: 0.123_456_79, Order: '' });
  });

  it('names capabilities once and adds what is also dropped', () => {
    const { CapabilityAdd, CapabilityDrop } = service('cap_add: [net_admin, CAP_NET_ADMIN, chown]\ncap_drop: [ALL, kill, CHOWN]').TaskTemplate.ContainerSpec;
    expect([CapabilityAdd, CapabilityDrop]).toEqual([['CAP_CHOWN', 'CAP_NET_ADMIN'], ['ALL']]);
  });

  it('turns volumes into mounts', () => {
    const { Mounts } = service(
      'volumes: ["data:/d:ro,nocopy", /anonymous, {type: tmpfs, target: /t, tmpfs: {size: 5}}, {type: volume, source: out, target: /o}]',
      'volumes: {data: {driver: nfs, labels: [a=b]}, out: {external: true, name: outside}}',
    ).TaskTemplate.ContainerSpec;
    expect(Mounts).toEqual([
      { Type: 'volume', Source: 'shop_data', Target: '/d', ReadOnly: true, VolumeOptions: { NoCopy: true, Labels: { a: 'b', 'com.docker.stack.namespace': 'shop' }, DriverConfig: { Name: 'nfs' } } },
      { Type: 'volume', Target: '/anonymous' },
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 5 } },
      { Type: 'volume', Source: 'outside', Target: '/o', VolumeOptions: {} },
    ]);
  });

  it('attaches predefined networks without an alias', () => {
    expect(service('networks: [h]', 'networks: {h: {external: true, name: host}}').TaskTemplate.Networks).toEqual([{ Target: 'host' }]);
  });
});

it('creates all secrets and configs, and looks for external objects only where they are used', () => {
  const stack = convert(
    [
      'services: {web: {image: a, secrets: [one, out], networks: [net]}}',
      'secrets: {one: {file: ./one}, two: {driver: vault}, out: {external: true}, idle: {external: true}}',
      'configs: {c: {file: /abs/c, name: named, template_driver: golang}}',
      'networks: {net: {external: true, name: shared}, idle: {external: true}}',
    ].join('\n'),
  );
  expect(stack.secrets.map(({ Name, Data, Driver }) => [Name, Data && atob(Data), Driver?.Name])).toEqual([['shop_one', 'content of /w/one', undefined], ['shop_two', undefined, 'vault']]);
  expect(stack.configs).toMatchObject([{ Name: 'named', Templating: { Name: 'golang' } }]);
  expect(stack.external).toEqual({ networks: ['shared'], secrets: ['out'], configs: [] });
});

it('binds references to ids', () => {
  const spec = service('secrets: [s]\nconfigs: [c]\ncredential_spec: {config: c}', 'secrets: {s: {file: s}}\nconfigs: {c: {file: c}}');
  const ids = (entries: Record<string, string>) => new Map(Object.entries(entries));
  const bound = bindReferences(spec, { networks: ids({ shop_default: 'n1' }), secrets: ids({ shop_s: 's1' }), configs: ids({ shop_c: 'c1' }) }).TaskTemplate;
  expect(bound.Networks[0]?.Target).toBe('n1');
  expect(bound.ContainerSpec.Secrets?.[0]).toMatchObject({ SecretID: 's1', SecretName: 'shop_s' });
  expect(bound.ContainerSpec.Configs?.map(({ ConfigID }) => ConfigID)).toEqual(['c1', 'c1']);
  expect(bound.ContainerSpec.Privileges.CredentialSpec?.Config).toBe('c1');
  expect(() => bindReferences(spec, { networks: ids({}), secrets: ids({}), configs: ids({}) })).toThrow('secret not found: shop_s');
});

describe('refusals', () => {
  it.each([
    ['volumes: [gone:/v]', 'service web: undefined volume "gone"', 5],
    ['networks: [gone]', 'service web: undefined network "gone"', 5],
    ['secrets: [gone]', 'service web: undefined secret "gone"', 5],
    ['user: a\ndeploy:\n  replicas: 1\n  mode: global', 'service web: replicas can only be used with replicated or replicated-job mode', 7],
    ['deploy: {resources: {limits: {cpus: "x"}}}', 'service web: failed to parse x as a rational number', 5],
    ['restart: never', 'service web: unknown restart policy: never', 5],
    ['healthcheck: {test: a, disable: true}', "service web: test and disable can't be set at the same time", 5],
    ['credential_spec: {file: a, registry: b}', 'service web: invalid credential spec: cannot specify both "File" and "Registry"', 5],
    ['volumes: [{type: tmpfs, target: /t, bind: {}}]', 'service web: bind options are incompatible with type tmpfs', 5],
    ['secrets: [{source: s, target: t}, {source: t}]', 'service web: duplicate secret target for shop_t not allowed', 5],
  ])('%s', (body, message, line) => {
    const loaded = load(`secrets: {s: {file: s}, t: {file: t}}\nservices:\n  web:\n    image: nginx\n${body.replace(/^/gm, '    ')}`);
    const error = thrown(() => convertStack(loaded.model, { namespace: 'shop', readFile }));
    expect(error.message).toBe(message);
    expect(loaded.locate(error).where).toMatchObject({ file: 'stack.yml', line });
  });

  it('looks for external networks before it reads any source', () => {
    const { model } = load('services: {web: {image: a, networks: [n]}}\nnetworks: {n: {external: true}}\nsecrets: {s: {file: s}}');
    const unreadable = (): never => {
      throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    };
    const attempt = (existing: [string, string][]) => thrown(() => convertStack(model, { namespace: 'shop', readFile: unreadable, existingNetworks: new Map(existing) })).message;
    expect(attempt([])).toContain('network "n" is declared as external, but could not be found');
    expect(attempt([['n', 'local']])).toContain('not in the right scope: "local" instead of "swarm"');
    expect(attempt([['n', 'swarm']])).toBe('open /w/s: no such file or directory');
  });
});

const thrown = (run: () => unknown): ComposeError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ComposeError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};
