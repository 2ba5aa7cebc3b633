import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerEngine, waitFor } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

/** One place to work in, two kept revisions, and little patience with a Stop; deployments get theirs by themselves. */
let rig: ExecutorRig;
beforeAll(async () => {
  rig = await executorRig();
  await rig.start('1', { AXION_AGENT__DEPLOY__PARALLELISM: '1', AXION_AGENT__DEPLOY__KEEP_REVISIONS: '2', AXION_AGENT__DEPLOY__TIMEOUT: '12' });
});
afterAll(() => rig[Symbol.asyncDispose]());

const own = (id: string) => ({ label: [`com.docker.stack.namespace=axion-${id}`] });
const service = (more = '', deploy = ''): string => `{image: ${rig.image}, command: [sleep, "999"], stop_grace_period: 0s, ${more} deploy: {endpoint_mode: dnsrr, update_config: {monitor: 300ms}${deploy}}}`;
const deployed = (payload: Readonly<Record<string, unknown>>) => rig.run('Deploy', { timeout_seconds: 60, ...payload }, 90_000);
const running = (id: string) => waitFor(async () => (await rig.engine.tasks.list(own(id))).some(({ state }) => state === 'running'), { what: 'a running task' });

test('what the file no longer has goes once the new runs, and configs that no kept revision needs; volumes stay', async () => {
  const id = rig.project();
  const file = (content: string, more: string): string =>
    `services: {one: ${service('configs: [settings], volumes: ["data:/data"],')}${more}}\nconfigs: {settings: {content: ${content}}}\nvolumes: {data: {}}\nnetworks: {side: {}}`;
  const deploy = (content: string, more = '') => deployed({ project_id: id, docker_stack_yml: file(content, more) });
  expect((await deploy('a', `, two: ${service('networks: [side],')}`)).body.event_type).toBe('DeployCompleted');
  expect(await rig.engine.networks.list(own(id))).toHaveLength(2);
  const less = await deploy('b');
  expect(less.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { services: [{ name: 'one' }] } } });
  expect(less.body.payload['details']).not.toHaveProperty('warnings');
  expect((await rig.engine.services.list(own(id))).map(({ name }) => name)).toEqual([`axion-${id}_one`]);
  // The swarm has forgotten it; the node does once its last container has left.
  await waitFor(async () => (await rig.engine.networks.list(own(id))).length === 1, { what: 'the network to be gone' });
  // The revision before needs its config; the one before that is forgotten, and its config goes.
  expect(await rig.engine.configs.list(own(id))).toHaveLength(2);
  await deploy('c');
  expect(await rig.engine.configs.list(own(id))).toHaveLength(2);
  await rig.run('Stop', { project_id: id });
  const volumes = await rig.engine.volumes.list();
  expect(volumes.map(({ name }) => name)).toContain(`axion-${id}_data`);
  await rig.engine.volumes.remove(`axion-${id}_data`);
});

test('an unchanged project is restarted only when it is asked for', async () => {
  const id = rig.project();
  const deploy = (force: boolean) => deployed({ project_id: id, docker_stack_yml: `services: {one: ${service()}}`, force_redeploy: force });
  await deploy(false);
  const tasks = async (): Promise<readonly string[]> => (await rig.engine.tasks.list({ ...own(id), 'desired-state': ['running'] })).map(({ id: task }) => task);
  const first = await tasks();
  expect((await deploy(false)).body).toMatchObject({ payload: { message: 'unchanged; 1 service runs' } });
  expect(await tasks()).toEqual(first);
  expect((await deploy(true)).body).toMatchObject({ event_type: 'DeployCompleted', payload: { message: '1 service runs', details: { plan: [{ action: 'update-service', changed: ['TaskTemplate.ForceUpdate'] }] } } });
  expect(await tasks()).not.toEqual(first);
});

test('a failed first deployment is kept where the file asks for it; a stack without services is refused', async () => {
  const id = rig.project();
  const failed = await deployed({
    project_id: id,
    docker_stack_yml: `x-axion: {keep_failed: true}\nservices: {one: {image: ${rig.image}, command: [sh, -c, "echo lost; exit 9"], deploy: {endpoint_mode: dnsrr, restart_policy: {condition: none}}}}`,
  });
  expect(failed.body).toMatchObject({ event_type: 'DeployFailed', payload: { message: 'service one: task: non-zero exit (9); its last words: lost', details: { rollback: { outcome: 'left' } } } });
  expect(await rig.engine.services.list(own(id))).toHaveLength(1);
  const empty = await deployed({ project_id: id, docker_stack_yml: 'services: {}' });
  expect(empty.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { error: { code: 'INVALID_ARGUMENT', reason: 'NO_SERVICES' } } } });
  expect(await rig.engine.services.list(own(id))).toHaveLength(1);
});

test('a deployment that fails before it changed anything leaves alone what somebody else put there', async () => {
  const id = rig.project();
  const api = await dockerEngine();
  const labels = { 'com.docker.stack.namespace': `axion-${id}` };
  await api.call('POST', '/services/create', { body: { Name: `axion-${id}_one`, Labels: labels, TaskTemplate: { ContainerSpec: { Image: rig.image, Args: ['sleep', '1000'] } }, EndpointSpec: { Mode: 'dnsrr' } } });
  const failed = await deployed({ project_id: id, docker_stack_yml: `services: {one: {image: ${rig.image}, networks: [absent]}}\nnetworks: {absent: {external: true, name: absent-${id}}}` });
  expect(failed.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { rollback: { outcome: 'left', why: 'nothing was changed yet' } } } });
  expect(await rig.engine.services.list(own(id))).toHaveLength(1);
});

test('a job counts when it completed', async () => {
  const id = rig.project();
  const end = await deployed({
    project_id: id,
    docker_stack_yml: `services: {job: {image: ${rig.image}, command: [sh, -c, "echo done"], deploy: {mode: replicated-job, replicas: 2, endpoint_mode: dnsrr}}}`,
  });
  expect(end.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { services: [{ name: 'job', desired: 2, completed: 2 }] } } });
});

test('a deployment that waits delays no other project, and a newer one may take the place of those that wait', async () => {
  const [stuck, other] = [rig.project(), rig.project()];
  const never = `services: {slow: ${service('healthcheck: {test: ["CMD", "false"], interval: 1s, retries: 99},')}}`;
  const first = await rig.send('Deploy', { project_id: stuck, docker_stack_yml: never, timeout_seconds: 12 });
  // One that waits too would be replaced like the next.
  await waitFor(() => rig.events(first).some(({ body }) => body.event_type === 'DeployStarted'), { what: 'the first deployment to begin' });
  const waiting = await rig.send('Deploy', { project_id: stuck, docker_stack_yml: never, deployment_id: 'waits' });
  const newer = await rig.send('Deploy', { project_id: stuck, timeout_seconds: 60, docker_stack_yml: `services: {slow: ${service()}}`, deployment_id: 'newer', coalesce: true });
  expect((await deployed({ project_id: other, docker_stack_yml: `services: {one: ${service()}}` })).body.event_type).toBe('DeployCompleted');
  expect(rig.events(first).some(({ terminal }) => terminal)).toBe(false);
  expect((await rig.end(first)).body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { failure: { reason: 'NOT_IN_TIME' } } } });
  expect((await rig.end(waiting)).body).toMatchObject({ event_type: 'DeployFailed', payload: { message: 'not executed: the newer deployment newer replaces it', details: { error: { reason: 'SUPERSEDED' } } } });
  expect((await rig.end(newer)).body.event_type).toBe('DeployCompleted');
});

test('Stop that cannot end says what is stuck, and what is not known says so', async () => {
  const id = rig.project();
  const api = await dockerEngine();
  await deployed({ project_id: id, docker_stack_yml: `services: {one: ${service('networks: [shared],')}}\nnetworks: {shared: {attachable: true}}` });
  await running(id);
  const network = `axion-${id}_shared`;
  const { Id } = (await api.call('POST', `/containers/create?name=${network}-guest`, { body: { Image: rig.image, Cmd: ['sleep', '999'], HostConfig: { NetworkMode: network } } })) as { Id: string };
  await api.call('POST', `/containers/${Id}/start`);
  const stuck = await rig.run('Stop', { project_id: id });
  expect(stuck.body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { code: 'DEADLINE_EXCEEDED', reason: 'STUCK', message: expect.stringContaining(`network ${network}`) as string } } });
  await api.call('DELETE', `/containers/${Id}?force=1`);
  expect((await rig.run('Stop', { project_id: id })).body).toMatchObject({ event_type: 'StatusReport', payload: { message: expect.any(String) as string } });
  expect((await rig.run('GetStatus', { project_id: id })).body.payload).toMatchObject({ state: 'stopped', message: `project ${id} is stopped` });
  expect((await rig.run('GetStatus', { project_id: 'nobody' })).body.payload).toMatchObject({ message: expect.stringContaining('is not known here') as string });
  for (const type of ['GetStatus', 'HealthCheck'] as const) expect((await rig.run(type, {})).body.payload['message']).toEqual(expect.any(String));
});
