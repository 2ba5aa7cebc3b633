import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertStack, loadStack } from '@axion/compose';
import type { EngineServiceSpec, NetworkSpec, StackSpec } from '@axion/compose';
import type { Network, Service } from '@axion/docker-engine';
import { Ids } from '../apply/ids.ts';
import type { ObservedStack } from '../observe/observed-stack.ts';
import { nothingObserved } from '../observe/observed-stack.ts';
import { withContentNames } from '../stack/content-names.ts';
import { LABELS } from '../stack/labels.ts';
import { planStack } from './plan-stack.ts';
import { planLines } from './print-plan.ts';
import type { Step } from './step.ts';

const stack = (yaml: string, texts: Readonly<Record<string, string>> = {}, deploymentId = 'd1'): StackSpec => {
  const readFile = (path: string): Buffer => {
    const text = texts[path];
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return Buffer.from(text);
  };
  const { model } = loadStack({ files: [{ name: 'stack.yml', text: yaml }], workingDir: '/p', environment: {}, readFile, dialect: 'agent' });
  const spec = withContentNames(convertStack(model, { namespace: 'axion-shop', readFile }));
  return { ...spec, services: spec.services.map((service) => ({ ...service, spec: { ...service.spec, Labels: { ...service.spec.Labels, [LABELS.deployment]: deploymentId } } })) };
};

/** What the engine does to a spec between taking it and giving it back. */
const asGivenBack = (spec: EngineServiceSpec): EngineServiceSpec => {
  const { TaskTemplate: task } = spec;
  const filled = {
    ...spec,
    TaskTemplate: {
      ...task,
      ContainerSpec: { ...task.ContainerSpec, Isolation: 'default', Healthcheck: task.ContainerSpec.Healthcheck && { ...task.ContainerSpec.Healthcheck, StartInterval: undefined } },
      RestartPolicy: task.RestartPolicy && { Condition: 'any', MaxAttempts: 0, ...task.RestartPolicy },
      Runtime: 'container',
    },
    Mode: spec.Mode.Replicated === undefined ? spec.Mode : { Replicated: { Replicas: spec.Mode.Replicated.Replicas ?? 1 } },
    UpdateConfig: spec.UpdateConfig && { ...spec.UpdateConfig, FailureAction: spec.UpdateConfig.FailureAction || 'pause', Order: spec.UpdateConfig.Order || 'stop-first' },
    EndpointSpec: { ...spec.EndpointSpec, Mode: spec.EndpointSpec.Mode ?? 'vip' },
  };
  return JSON.parse(JSON.stringify(filled)) as EngineServiceSpec;
};

/** An engine in memory: applies a plan's steps as the real one would. */
const applied = (steps: readonly Step[], before: ObservedStack): ObservedStack => {
  const ids = new Ids(before.ids);
  let services = [...before.services];
  let { networks, secrets, configs } = before;
  const service = (name: string, spec: EngineServiceSpec, version: number): Service => ({ id: `s-${name}`, name, version, spec: asGivenBack(ids.bind(spec)), update: undefined, jobIteration: undefined, createdAt: '', updatedAt: '' });
  const object = (kind: string, name: string) => ({ id: `${kind}-${name}`, version: 1, name, labels: {} });
  const network = (spec: NetworkSpec): Network => ({ id: `n-${spec.Name}`, name: spec.Name, driver: spec.Driver || 'overlay', scope: 'swarm', internal: spec.Internal, attachable: spec.Attachable, options: spec.Options ?? {}, labels: spec.Labels, ipam: { driver: 'default', subnets: ['10.0.9.0/24'] } });
  for (const step of steps) {
    switch (step.action) {
      case 'create-network':
        networks = [...networks, network(step.spec)];
        ids.networks.set(step.name, `n-${step.name}`);
        break;
      case 'create-secret':
        secrets = [...secrets, object('secrets', step.name)];
        ids.secrets.set(step.name, `secrets-${step.name}`);
        break;
      case 'create-config':
        configs = [...configs, object('configs', step.name)];
        ids.configs.set(step.name, `configs-${step.name}`);
        break;
      case 'create-service':
      case 'update-service':
      case 'replace-service':
        services = [...services.filter(({ name }) => name !== step.name), service(step.name, step.spec, 'version' in step ? step.version + 1 : 1)];
        break;
      case 'remove-service':
        services = services.filter(({ name }) => name !== step.name);
        break;
      case 'remove-network':
        networks = networks.filter(({ name }) => name !== step.name);
        ids.networks.delete(step.name);
        break;
      case 'remove-secret':
        secrets = secrets.filter(({ name }) => name !== step.name);
        ids.secrets.delete(step.name);
        break;
      case 'remove-config':
        configs = configs.filter(({ name }) => name !== step.name);
        ids.configs.delete(step.name);
        break;
      case 'replace-network':
        services = services.filter(({ id }) => !step.services.includes(id));
        networks = [...networks.filter(({ name }) => name !== step.name), network(step.spec)];
        break;
      case 'keep-network':
      case 'relabel-secret':
      case 'relabel-config':
        break;
    }
  }
  return { services, networks, secrets, configs, fileObjects: { secrets, configs }, ids, networkScopes: new Map() };
};
const actions = (steps: readonly Step[]): readonly string[] => steps.map(({ action, name }) => `${action} ${name.replace(/-[0-9a-f]{10}$/, '-#')}`);

const shop = (image = 'shop:1', replicas = 2): string => `
services:
  web: {image: "${image}", environment: {A: "1", B: "2"}, networks: [inner], configs: [settings], secrets: [password], deploy: {replicas: ${replicas}}, healthcheck: {test: "true", start_interval: 1s}}
  db: {image: "db:1", networks: [inner], volumes: ["data:/d"]}
networks: {inner: {}}
volumes: {data: {}}
configs: {settings: {file: ./settings}}
secrets: {password: {file: ./password}}
`;
const texts = { '/p/settings': 'x=1', '/p/password': 'geheim' };

describe('planStack', () => {
  test('everything is created first, in the order of what needs what', () => {
    expect(actions(planStack(stack(shop(), texts), nothingObserved))).toEqual([
      'create-network axion-shop_inner',
      'create-secret axion-shop_password-#',
      'create-config axion-shop_settings-#',
      'create-service axion-shop_db',
      'create-service axion-shop_web',
    ]);
  });

  const found = applied(planStack(stack(shop(), texts), nothingObserved), nothingObserved);

  test('nothing is planned when nothing differs, whatever the deployment is called', () => {
    expect(planStack(stack(shop(), texts, 'd2'), found)).toEqual([]);
  });

  test('a change is planned with the fields that differ, and without their values', () => {
    const steps = planStack(stack(shop('shop:2', 3).replace('B: "2"', 'B: "secret-value"'), texts), found);
    expect(steps).toMatchObject([
      {
        action: 'update-service',
        key: 'web',
        version: 1,
        changed: ['Labels.com.docker.stack.image', 'Mode', 'TaskTemplate.ContainerSpec.Env.B', 'TaskTemplate.ContainerSpec.Image'],
      },
    ]);
    expect(planLines(steps).join()).not.toContain('secret-value');
  });

  test('a changed config is a new one, rolls its service, and the old one goes unless a revision needs it', () => {
    const changed = stack(shop(), { ...texts, '/p/settings': 'x=2' });
    const steps = planStack(changed, found);
    expect(actions(steps)).toEqual(['create-config axion-shop_settings-#', 'update-service axion-shop_web', 'remove-config axion-shop_settings-#']);
    const old = found.configs[0]!.name;
    expect(actions(planStack(changed, found, { keep: new Set([old]) }))).not.toContain('remove-config axion-shop_settings-#');
  });

  test('what is no longer in the file goes last; volumes never; without prune nothing goes', () => {
    const less = stack('services: {db: {image: "db:1", networks: [inner], volumes: ["data:/d"]}}\nnetworks: {inner: {}}\nvolumes: {data: {}}');
    expect(actions(planStack(less, found))).toEqual(['remove-service axion-shop_web', 'remove-secret axion-shop_password-#', 'remove-config axion-shop_settings-#']);
    expect(planStack(less, found, { prune: false })).toEqual([]);
  });

  test('another mode replaces the service, force restarts it, a changed network is left and said', () => {
    const global = stack(shop().replace('deploy: {replicas: 2}', 'deploy: {mode: global}'), texts);
    expect(actions(planStack(global, found))).toEqual(['replace-service axion-shop_web']);
    const forced = planStack(stack(shop(), texts), found, { force: 77 });
    expect(forced).toMatchObject([
      { action: 'update-service', key: 'db', changed: ['TaskTemplate.ForceUpdate'], spec: { TaskTemplate: { ForceUpdate: 77 } } },
      { action: 'update-service', key: 'web' },
    ]);
    expect(planStack(stack(shop().replace('inner: {}', 'inner: {attachable: true}'), texts), found)).toMatchObject([{ action: 'keep-network', changed: ['Attachable'] }]);
  });

  test('force restarts once: what has its mark, made or updated by it, is left alone when the command is executed again', () => {
    const wanted = stack(shop(), texts);
    expect(planStack(wanted, applied(planStack(wanted, found, { force: 77 }), found), { force: 77 })).toEqual([]);
    expect(planStack(wanted, applied(planStack(wanted, nothingObserved, { force: 77 }), nothingObserved), { force: 77 })).toEqual([]);
    expect(planStack(wanted, applied(planStack(wanted, found, { force: 77 }), found), { force: 78 })).toHaveLength(2);
    // Whoever does not ask for it leaves the mark: setting it back would restart everything.
    const next = planStack(stack(shop().replace('replicas: 2', 'replicas: 3'), texts), applied(planStack(wanted, found, { force: 77 }), found));
    expect(next).toMatchObject([{ key: 'web', spec: { TaskTemplate: { ForceUpdate: 77 } } }]);
  });

  test('a changed network is replaced with its services only where its owner allows it and nobody else is attached', () => {
    const wanted = stack(shop().replace('inner: {}', 'inner: {attachable: true}'), texts);
    const allowed = { recreateNetworks: true };
    const users = (...more: string[]): ObservedStack => ({ ...found, networkUsers: new Map([['n-axion-shop_inner', [...found.services, ...more.map((name) => ({ id: name, name }))].map(({ id, name }) => ({ id, name }))]]) });
    const steps = planStack(wanted, users(), allowed);
    expect(actions(steps)).toEqual(['replace-network axion-shop_inner', 'create-service axion-shop_db', 'create-service axion-shop_web']);
    expect(planStack(wanted, applied(steps, users()), allowed)).toEqual([]);
    expect(actions(planStack(wanted, users('stranger'), allowed))).toEqual(['keep-network axion-shop_inner']);
    expect(actions(planStack(wanted, found, allowed))).toEqual(['keep-network axion-shop_inner']);
    expect(actions(planStack(wanted, users()))).toEqual(['keep-network axion-shop_inner']);
  });

  const name = fc.constantFrom('a', 'b', 'c');
  const service = fc.record({
    image: fc.constantFrom('x:1', 'x:2', 'reg.example:5000/y@sha256:0000000000000000000000000000000000000000000000000000000000000000'),
    environment: fc.dictionary(fc.stringMatching(/^[A-Z]{1,3}$/), fc.stringMatching(/^[a-z0-9 ]{0,5}$/), { maxKeys: 3 }),
    labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.stringMatching(/^[a-z]{0,3}$/), { maxKeys: 2 }),
    init: fc.boolean(),
    configs: fc.uniqueArray(fc.constantFrom('one', 'two'), { maxLength: 2 }),
    networks: fc.uniqueArray(fc.constantFrom('n1', 'n2', 'n3'), { minLength: 1, maxLength: 3 }),
    ports: fc.uniqueArray(fc.integer({ min: 1, max: 5 }).map((port) => `${8000 + port}:${port}`), { maxLength: 3 }),
    deploy: fc.record({
      replicas: fc.integer({ min: 0, max: 3 }),
      restart_policy: fc.option(fc.record({ condition: fc.constantFrom('any', 'none', 'on-failure') }), { nil: undefined }),
      update_config: fc.option(fc.record({ parallelism: fc.integer({ min: 0, max: 2 }), order: fc.constantFrom('start-first', 'stop-first') }), { nil: undefined }),
    }),
  });
  const arbitraryStack = fc.record({ services: fc.dictionary(name, service, { minKeys: 1 }), one: fc.string({ minLength: 1 }) }).map(({ services, one }) =>
    stack(JSON.stringify({ services, networks: { n1: {}, n2: { internal: true }, n3: { driver: 'overlay' } }, configs: { one: { file: './one' }, two: { file: './two' } } }), { '/p/one': one, '/p/two': 'two' }),
  );

  test('property: after apply(plan(a)), plan(a) is empty', () => {
    fc.assert(fc.property(arbitraryStack, (a) => planStack(a, applied(planStack(a, nothingObserved), nothingObserved)).length === 0), { numRuns: 50 });
  });

  test('property: from any a, apply(plan(b)) gives b', () => {
    fc.assert(
      fc.property(arbitraryStack, arbitraryStack, (a, b) => {
        const onA = applied(planStack(a, nothingObserved), nothingObserved);
        const onB = applied(planStack(b, onA), onA);
        expect(planStack(b, onB)).toEqual([]);
        expect(onB.services.map(({ name: present }) => present).sort()).toEqual(b.services.map(({ spec }) => spec.Name).sort());
        expect(onB.configs.map(({ name: present }) => present).sort()).toEqual(b.configs.map(({ Name }) => Name).sort());
      }),
      { numRuns: 50 },
    );
  });
});
