import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

let rig: ExecutorRig;
beforeAll(async () => {
  rig = await executorRig();
  await rig.start();
});
afterAll(() => rig[Symbol.asyncDispose]());

const MONITOR = 'update_config: {monitor: 1s}';

const twoServices = (image: string, web = 'exec sleep 1000'): string => `
services:
  web:
    image: ${image}
    command: ["sh", "-c", "${web}"]
    stop_grace_period: 1s
    environment: {GREETING: "\${GREETING:-hello}"}
    networks: [inner]
    configs: [{source: settings, target: /etc/settings}]
    secrets: [password]
    volumes: ["data:/data"]
    deploy: {replicas: 2, endpoint_mode: dnsrr, ${MONITOR}}
  back:
    image: ${image}
    command: ["sleep", "1000"]
    stop_grace_period: 1s
    networks: [inner]
    depends_on: {web: {condition: service_healthy}}
    deploy: {endpoint_mode: dnsrr, ${MONITOR}}
networks: {inner: {}}
volumes: {data: {}}
configs: {settings: {file: ./settings.txt}}
secrets: {password: {file: ./password.txt}}
`;
const own = (id: string) => ({ label: [`com.docker.stack.namespace=axion-${id}`] });

describe('one project', () => {
  let id: string;
  const versions = async (): Promise<Record<string, number>> => Object.fromEntries((await rig.engine.services.list(own(id))).map(({ name, version }) => [name, version]));

  test('deploys two services with network, config, secret and volume', async () => {
    id = rig.project();
    await rig.file(id, 'settings.txt', 'one');
    await rig.file(id, 'password.txt', 'geheim-1');
    const command = await rig.send('Deploy', { project_id: id, docker_stack_yml: twoServices(rig.image), deployment_id: 'd1' });
    const end = await rig.end(command);
    expect(end.body).toMatchObject({ event_type: 'DeployCompleted', agent_id: 'agent-under-test', payload: { project_id: id, deployment_id: 'd1', status: 'Completed' } });
    expect(end.body.payload['details']).toMatchObject({ services: [{ name: 'back', desired: 1, running: 1 }, { name: 'web', desired: 2, running: 2, healthy: 2 }] });
    expect(rig.events(command).map(({ body }) => body.event_type)).toEqual(expect.arrayContaining(['DeployStarted', 'DeployProgress', 'DeployCompleted']));
    const services = await rig.engine.services.list(own(id));
    const web = services.find(({ name }) => name.endsWith('_web'))!;
    const back = services.find(({ name }) => name.endsWith('_back'))!;
    expect(web.spec.Labels).toMatchObject({ 'dev.axion.project': id, 'dev.axion.deployment': 'd1' });
    expect(web.spec.TaskTemplate.ContainerSpec.Image).toContain('@sha256:');
    expect(Date.parse(back.createdAt)).toBeGreaterThan(Date.parse(web.createdAt));
    expect(JSON.stringify(rig.events(command))).not.toContain('geheim');
  });

  test('the same again makes no write, and a plan of it is empty', async () => {
    const before = await versions();
    const plan = await rig.run('Plan', { project_id: id, docker_stack_yml: twoServices(rig.image) });
    expect(plan.body.payload).toMatchObject({ plan: [] });
    const end = await rig.run('Deploy', { project_id: id, docker_stack_yml: twoServices(rig.image), deployment_id: 'd1b' });
    expect(end.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { plan: [] } } });
    expect(await versions()).toEqual(before);
  });

  test('scales a service and waits for it', async () => {
    const end = await rig.run('Scale', { project_id: id, service_name: 'web', replicas: 3 });
    expect(end.body).toMatchObject({ event_type: 'StatusReport', payload: { status: { services: [{ name: 'back' }, { name: 'web', desired: 3, running: 3 }] } } });
    const wrong = await rig.run('Scale', { project_id: id, service_name: 'nobody', replicas: 3 });
    expect(wrong.body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { code: 'NOT_FOUND', details: { services: ['back', 'web'] } } } });
  });

  test('reports the status of one project and of all', async () => {
    const one = await rig.run('GetStatus', { project_id: id });
    expect(one.body).toMatchObject({ event_type: 'StatusReport', payload: { project_id: id, state: 'running', deployment_id: 'd1b' } });
    const all = await rig.run('GetStatus', {});
    expect((all.body.payload['projects'] as { project_id: string }[]).map(({ project_id }) => project_id)).toContain(id);
  });

  test('a broken revision fails with the task’s own error and is rolled back as a whole', async () => {
    await rig.file(id, 'settings.txt', 'two');
    const broken = await rig.send('Deploy', { project_id: id, docker_stack_yml: twoServices(rig.image, 'echo cannot find my database; exit 7'), deployment_id: 'd2', env_vars: { GREETING: 'bye' } });
    const end = await rig.end(broken);
    expect(end.body).toMatchObject({
      event_type: 'DeployFailed',
      payload: {
        status: 'Failed',
        message: expect.stringContaining('non-zero exit (7)') as string,
        details: { failure: { service: 'web', exit_code: 7, last_log_lines: ['cannot find my database'] }, rollback: { outcome: 'restored', deployment_id: 'd1b' } },
      },
    });
    const types = rig.events(broken).map(({ body }) => body.event_type);
    expect(types.filter((type) => type !== 'DeployProgress')).toEqual(['DeployStarted', 'RollbackStarted', 'RollbackCompleted', 'DeployFailed']);
    const status = await rig.run('GetStatus', { project_id: id });
    expect(status.body.payload).toMatchObject({ state: 'running', deployment_id: 'd1b', services: [{ name: 'back' }, { name: 'web', desired: 3, running: 3 }] });
    const web = await rig.engine.services.inspect(`axion-${id}_web`);
    expect(web.spec.TaskTemplate.ContainerSpec.Env).toEqual(['GREETING=hello']);
  });

  test('a good revision with a changed config rolls the service, and can be rolled back', async () => {
    const end = await rig.run('Deploy', { project_id: id, docker_stack_yml: twoServices(rig.image), deployment_id: 'd3', env_vars: { GREETING: 'hi' } });
    expect(end.body.event_type).toBe('DeployCompleted');
    const configOf = async (): Promise<string> => (await rig.engine.services.inspect(`axion-${id}_web`)).spec.TaskTemplate.ContainerSpec.Configs![0]!.ConfigName;
    const changed = await configOf();
    const back = await rig.run('Rollback', { project_id: id });
    expect(back.body).toMatchObject({ event_type: 'RollbackCompleted', payload: { deployment_id: 'd1b' } });
    expect(await configOf()).not.toBe(changed);
    const missing = await rig.run('Rollback', { project_id: id, target_deployment_id: 'never' });
    expect(missing.body).toMatchObject({ event_type: 'RollbackFailed', payload: { details: { error: { reason: 'NO_SUCH_REVISION' } } } });
  });

  test('stop returns when everything is gone', async () => {
    const end = await rig.run('Stop', { project_id: id });
    expect(end.body).toMatchObject({ event_type: 'StatusReport', payload: { removed: { services: expect.arrayContaining([`axion-${id}_web`]) as string[] } } });
    for (const kind of ['services', 'networks', 'secrets', 'configs', 'tasks'] as const) expect(await rig.engine[kind].list(own(id))).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test('a first deployment that fails is removed', async () => {
    const id = rig.project();
    const end = await rig.run('Deploy', {
      project_id: id,
      docker_stack_yml: `services: {one: {image: ${rig.image}, command: ["sh", "-c", "echo no; exit 3"], deploy: {endpoint_mode: dnsrr, restart_policy: {condition: on-failure, delay: 200ms}}}}`,
    });
    expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { failure: { service: 'one', exit_code: 3, last_log_lines: ['no'] }, rollback: { outcome: 'removed' } } } });
    expect(await rig.engine.services.list(own(id))).toEqual([]);
    expect(await rig.engine.networks.list(own(id))).toEqual([]);
  });

  test('a missing image fails with the words of the registry', async () => {
    const id = rig.project();
    const end = await rig.run('Deploy', { project_id: id, docker_stack_yml: `services: {one: {image: "${rig.image}-nope", deploy: {endpoint_mode: dnsrr}}}` });
    expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { failure: { reason: 'IMAGE_UNAVAILABLE', error: expect.stringMatching(/No such image.*manifest unknown/s) as string } } } });
  });

  test('a constraint that no node meets is named', async () => {
    const id = rig.project();
    const end = await rig.run('Deploy', {
      project_id: id,
      docker_stack_yml: `services: {one: {image: ${rig.image}, command: [sleep, "9"], deploy: {endpoint_mode: dnsrr, placement: {constraints: ["node.labels.disk == ssd"]}}}}`,
    });
    expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { failure: { reason: 'NO_SUITABLE_NODE', constraints: ['node.labels.disk == ssd'] } } } });
  });

  test('an invalid stack file is refused with its place, and the next command is handled', async () => {
    const id = rig.project();
    const end = await rig.run('Deploy', { project_id: id, docker_stack_yml: 'services:\n  one:\n    image: a\n    imagine: b\n' });
    expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { error: { code: 'INVALID_ARGUMENT', details: { line: 4 } } } } });
    expect((await rig.run('HealthCheck', {})).body).toMatchObject({ event_type: 'StatusReport', payload: { status: 'healthy' } });
  });

  test('after its time a deployment fails and says what is missing', async () => {
    const id = rig.project();
    const end = await rig.run('Deploy', {
      project_id: id,
      timeout_seconds: 3,
      docker_stack_yml: `services: {slow: {image: ${rig.image}, command: [sleep, "99"], stop_grace_period: 0s, healthcheck: {test: ["CMD", "false"], interval: 1s, retries: 30}, deploy: {endpoint_mode: dnsrr}}}`,
    });
    expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { failure: { reason: 'NOT_IN_TIME', error: expect.stringMatching(/slow: 0 of 1 running \(\w+/) as string } } } });
  });

  test('a changed network is left and said, or replaced with its services where the file allows it', async () => {
    const id = rig.project();
    const file = (network: string, extra = ''): string =>
      `${extra}\nservices: {one: {image: ${rig.image}, command: [sleep, "99"], stop_grace_period: 0s, networks: [n], deploy: {endpoint_mode: dnsrr, update_config: {monitor: 300ms}}}}\nnetworks: {n: {${network}}}`;
    await rig.run('Deploy', { project_id: id, docker_stack_yml: file('') });
    const left = await rig.run('Deploy', { project_id: id, docker_stack_yml: file('attachable: true') });
    expect(left.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { plan: [{ action: 'keep-network', changed: ['Attachable'] }] } } });
    const replaced = await rig.run('Deploy', { project_id: id, docker_stack_yml: file('attachable: true', 'x-axion: {recreate_networks: true}') });
    expect(replaced.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { plan: [{ action: 'replace-network' }, { action: 'create-service' }], services: [{ running: 1 }] } } });
    expect((await rig.engine.networks.list(own(id)))[0]).toMatchObject({ attachable: true });
  });

  test('a one-shot service counts when it completed, and what depends on it waits', async () => {
    const id = rig.project();
    const end = await rig.run('Deploy', {
      project_id: id,
      docker_stack_yml: `
services:
  migrate: {image: ${rig.image}, command: ["sh", "-c", "sleep 1; echo done"], deploy: {endpoint_mode: dnsrr, restart_policy: {condition: none}}}
  app:
    image: ${rig.image}
    command: [sleep, "99"]
    stop_grace_period: 0s
    depends_on: {migrate: {condition: service_completed_successfully}}
    deploy: {endpoint_mode: dnsrr, ${MONITOR}}
`,
    });
    expect(end.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { services: [{ name: 'app', running: 1 }, { name: 'migrate', completed: 1 }] } } });
  });
});
