import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from '@axion/bus';
import type { ContainerInventory } from '@axion/contracts';
import { waitFor } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

let rig: ExecutorRig;
let cli: Bus;
let id: string;
beforeAll(async () => {
  rig = await executorRig();
  await rig.start();
  cli = await rig.bus.connect('cli');
  id = rig.project();
  await rig.run('Deploy', {
    project_id: id,
    docker_stack_yml: `services: {one: {image: ${rig.image}, command: [sh, -c, "echo first; echo second; exec sleep 99"], stop_grace_period: 0s, deploy: {endpoint_mode: dnsrr, update_config: {monitor: 300ms}}}}`,
  });
});
afterAll(() => rig[Symbol.asyncDispose]());
const ask = <T>(verb: string, body: unknown): Promise<T> => cli.actions.request<T>('swarm', verb, body, { timeoutMs: 10_000 });

test('status and engine are answered at once', async () => {
  expect(await ask('status', { project_id: id })).toMatchObject({ project_id: id, state: 'running', services: [{ name: 'one', running: 1 }] });
  expect(await ask('status', {})).toMatchObject({ projects: expect.arrayContaining([expect.objectContaining({ project_id: id })]) as unknown });
  expect(await ask('engine', {})).toMatchObject({ version: expect.stringMatching(/^\d+\./) as string, swarm: { manager: true } });
});

test('the last log lines of a service', async () => {
  expect(await ask('logs', { project_id: id, service_name: 'one', tail: 1 })).toEqual({ lines: [{ stream: 'stdout', text: 'second' }] });
  await expect(ask('logs', { project_id: id, service_name: 'two' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(ask('logs', {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('the names of containers stand in the inventory', async () => {
  const found = await waitFor(async () => {
    const inventory = await cli.bucket<ContainerInventory>('inventory').get('containers');
    return Object.values(inventory?.value.containers ?? {}).find(({ project }) => project === id);
  });
  expect(found).toMatchObject({ project: id, service: 'one', image: rig.image, name: expect.stringContaining(`axion-${id}_one.1.`) as string });
});
