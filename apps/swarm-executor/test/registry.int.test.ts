import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerEngine, startRegistry, testImage, uniqueName } from '@axion/testkit';
import type { Registry, TestImage } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

let rig: ExecutorRig;
let registry: Registry;
let image: TestImage;
const login = { username: 'me', password: 'geheim-7' };
beforeAll(async () => {
  registry = await startRegistry({ auth: login });
  image = await testImage({ engine: await dockerEngine(), registry: registry.address, login, name: uniqueName('private') });
  rig = await executorRig();
  await rig.start();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await image[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const stack = (): string => `services: {one: {image: "${image.ref}", command: [sleep, "99"], stop_grace_period: 0s, deploy: {endpoint_mode: dnsrr, update_config: {monitor: 300ms}}}}`;

test('without its password an image cannot be had, and the registry’s words say why', async () => {
  const end = await rig.run('Deploy', { project_id: rig.project(), docker_stack_yml: stack() });
  expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { failure: { reason: 'IMAGE_UNAVAILABLE', error: expect.stringMatching(/unauthorized|no basic auth/) as string } } } });
});

test('with it, it is pulled and pinned; a changed password is handed on without restarting anything', async () => {
  const id = rig.project();
  const deploy = (password: string) => rig.run('Deploy', { project_id: id, docker_stack_yml: stack(), registry_auth: [{ server: registry.address, username: login.username, password }] });
  const first = await deploy(login.password);
  expect(first.body.event_type).toBe('DeployCompleted');
  const service = await rig.engine.services.inspect(`axion-${id}_one`);
  expect(service.spec.TaskTemplate.ContainerSpec.Image).toBe(`${image.ref}@${image.digest}`);
  const tasks = async (): Promise<readonly string[]> => (await rig.engine.tasks.list({ service: [service.name] })).map(({ id: task }) => task);
  const before = await tasks();
  expect((await deploy(login.password)).body.payload).toMatchObject({ details: { plan: [] } });
  const changed = await deploy('another');
  expect(changed.body.payload).toMatchObject({ details: { plan: [{ action: 'update-service', changed: ['Labels.dev.axion.registry-login'] }] } });
  expect(await tasks()).toEqual(before);
  expect(JSON.stringify([first, changed, service])).not.toMatch(/geheim-7|another/);
});
