import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrivateEngine, waitFor } from '@axion/testkit';
import type { Dockerd, ServerProcess } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

let dockerd: Dockerd;
let rig: ExecutorRig;
let executor: ServerProcess;
beforeAll(async () => {
  dockerd = await startPrivateEngine({ swarm: false });
  rig = await executorRig(dockerd.host);
  executor = await rig.start('1', { AXION_AGENT__DOCKER__OPERATION_TIMEOUT: '3' });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await dockerd[Symbol.asyncDispose]();
});

const stack = (monitor: string): string =>
  `services: {one: {image: "busybox:1", command: [sleep, "999"], stop_grace_period: 0s, deploy: {endpoint_mode: dnsrr, update_config: {monitor: ${monitor}}}}}`;

test('a node that is no manager says so and what to do; it becomes one by command', async () => {
  const refused = await rig.run('Deploy', { project_id: 'early', docker_stack_yml: stack('1s') });
  expect(refused.body).toMatchObject({ event_type: 'DeployFailed', payload: { message: expect.stringContaining('docker swarm init') as string, details: { error: { reason: 'NOT_A_SWARM_MANAGER' } } } });
  expect((await rig.run('SwarmInit', { advertise_addr: '127.0.0.1' })).body).toMatchObject({ event_type: 'StatusReport', payload: { swarm: { state: 'active', manager: true } } });
  expect((await rig.run('SwarmInit', {})).body).toMatchObject({ payload: { message: 'this node manages a swarm already' } });
  expect((await rig.run('SwarmJoin', { join_token: 'SWMTKN-x', remote_addrs: ['127.0.0.1:1'] })).body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { reason: 'ALREADY_IN_A_SWARM' } } });
  expect((await rig.run('SwarmLeave', {})).body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { reason: 'MANAGER_NEEDS_FORCE' } } });
});

test('an engine that is killed and comes back in the middle of a deployment fails nothing', async () => {
  const id = rig.project();
  const command = await rig.send('Deploy', { project_id: id, docker_stack_yml: stack('6s') });
  await waitFor(async () => (await rig.engine.services.list()).length > 0, { what: 'the service' });
  await dockerd.kill();
  await dockerd.restart();
  const end = await rig.end(command, 90_000);
  expect(end.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { services: [{ running: 1 }] } } });
  expect((end.body.payload['details'] as { warnings: string[] }).warnings.join()).toContain('busybox:1');
});

test('an engine that hangs is answered for within the deadline, and delays no other command', async () => {
  dockerd.process.signal('SIGSTOP');
  try {
    const status = await rig.run('GetStatus', { project_id: 'p' }, 10_000);
    expect(status.body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { code: 'DEADLINE_EXCEEDED', reason: 'ENGINE_DEADLINE' } } });
  } finally {
    dockerd.process.signal('SIGCONT');
  }
  expect((await rig.run('HealthCheck', {})).body).toMatchObject({ payload: { status: 'healthy' } });
});

test('a deployment ends in its own time, however long the engine hangs', async () => {
  await executor.stop();
  await rig.start('2', { AXION_AGENT__DOCKER__OPERATION_TIMEOUT: '60' });
  const before = await rig.run('HealthCheck', {});
  expect(before.body.payload).toMatchObject({ status: 'healthy' });
  dockerd.process.signal('SIGSTOP');
  try {
    const end = await rig.run('Deploy', { project_id: 'hangs', docker_stack_yml: stack('1s'), timeout_seconds: 4 }, 15_000);
    expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { message: expect.stringMatching(/not converged within 4 s; the engine did not answer.*still missing/) as string } });
  } finally {
    dockerd.process.signal('SIGCONT');
  }
});

test('it leaves its swarm by command', async () => {
  expect((await rig.run('SwarmLeave', { force: true })).body).toMatchObject({ event_type: 'StatusReport', payload: { swarm: { state: 'inactive' } } });
});
