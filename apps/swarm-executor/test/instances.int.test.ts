import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '@axion/testkit';
import type { ServerProcess } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

let rig: ExecutorRig;
const instances: Record<string, ServerProcess> = {};
beforeAll(async () => {
  rig = await executorRig();
  for (const name of ['a', 'b']) instances[name] = await rig.start(name, { AXION_AGENT__DEPLOY__PARALLELISM: '2' });
});
afterAll(() => rig[Symbol.asyncDispose]());

const stack = (seconds: number): string =>
  `services: {one: {image: ${rig.image}, command: [sleep, "999"], stop_grace_period: 0s, deploy: {endpoint_mode: dnsrr, update_config: {monitor: ${seconds}s}}}}`;
const own = (id: string) => ({ label: [`com.docker.stack.namespace=axion-${id}`] });

/** Which instance holds a project's lease. */
const holder = async (id: string): Promise<string> => {
  const cli = await rig.bus.connect('cli');
  const entry = await waitFor(async () => cli.bucket<{ name: string }>('leases').get(`swarm.${id}`), { what: `the lease of ${id}` });
  return entry.value.name.split('/')[1]!;
};

test('two instances share projects; each command ends once', async () => {
  const ids = Array.from({ length: 6 }, () => rig.project());
  const commands = await Promise.all(ids.map((id) => rig.send('Deploy', { project_id: id, docker_stack_yml: stack(2) })));
  const holders = await Promise.all(ids.map(holder));
  for (const command of commands) expect((await rig.end(command)).body.event_type).toBe('DeployCompleted');
  expect(new Set(holders)).toEqual(new Set(['a', 'b']));
  for (const command of commands) expect(rig.events(command).filter(({ terminal }) => terminal)).toHaveLength(1);
});

test('SIGKILL of the instance that holds a deployment: the other ends it, with one terminal event', async () => {
  const id = rig.project();
  const command = await rig.send('Deploy', { project_id: id, docker_stack_yml: stack(4) });
  const name = await holder(id);
  await waitFor(async () => (await rig.engine.services.list(own(id))).length > 0, { what: 'the service' });
  const [service] = await rig.engine.services.list(own(id));
  await instances[name]!.kill();
  const end = await rig.end(command);
  // It tells what the deployment did as a whole, not what was left to do.
  expect(end.body).toMatchObject({ event_type: 'DeployCompleted', payload: { message: '1 service runs', details: { services: [{ running: 1 }], plan: [{ action: 'create-network' }, { action: 'create-service' }] } } });
  expect(await holder(id)).not.toBe(name);
  expect((await rig.engine.services.list(own(id))).map(({ id: now }) => now)).toEqual([service!.id]);
  expect(rig.events(command).filter(({ body }) => body.event_type === 'DeployStarted').map(({ body }) => body.event_id)).toHaveLength(1);
  instances[name] = await rig.start(name);
  // What came later is not executed before, and the end is not told twice.
  const status = await rig.run('GetStatus', { project_id: id });
  expect(status.body.payload).toMatchObject({ state: 'running' });
  expect(rig.events(command).filter(({ terminal }) => terminal)).toHaveLength(1);
});

test('crashes of before count for whoever continues: it says what failed instead of waiting for its own three', async () => {
  const id = rig.project();
  const crashing = `services: {one: {image: ${rig.image}, command: [sh, -c, "echo no; exit 3"], deploy: {endpoint_mode: dnsrr, restart_policy: {condition: any, delay: 3s}}}}`;
  const command = await rig.send('Deploy', { project_id: id, docker_stack_yml: crashing });
  const crashes = async (): Promise<number> => (await rig.engine.tasks.list(own(id))).filter(({ state }) => state === 'failed').length;
  await waitFor(async () => (await crashes()) >= 2, { what: 'two crashes', timeoutMs: 40_000 });
  const name = await holder(id);
  await instances[name]!.kill();
  const seen: number[] = [];
  const end = await waitFor(
    async () => {
      seen.push(await crashes());
      return rig.events(command).find(({ terminal }) => terminal);
    },
    { what: 'the end', timeoutMs: 60_000 },
  );
  expect(end.body).toMatchObject({ event_type: 'DeployFailed', payload: { message: expect.stringContaining('non-zero exit (3)') as string, details: { failure: { exit_code: 3, last_log_lines: ['no'] }, rollback: { outcome: 'removed' } } } });
  // Three of its own would make five.
  expect(Math.max(...seen)).toBeLessThan(5);
  instances[name] = await rig.start(name);
});

test('a drained instance hands its deployment over at once', async () => {
  const id = rig.project();
  const command = await rig.send('Deploy', { project_id: id, docker_stack_yml: stack(5) });
  const name = await holder(id);
  await waitFor(async () => (await rig.engine.services.list(own(id))).length > 0, { what: 'the service' });
  const began = performance.now();
  await instances[name]!.stop();
  expect(performance.now() - began).toBeLessThan(4000);
  expect((await rig.end(command)).body.event_type).toBe('DeployCompleted');
  expect(rig.events(command).filter(({ terminal }) => terminal)).toHaveLength(1);
  instances[name] = await rig.start(name);
});

test('a running deployment can be cancelled, and is undone', async () => {
  const id = rig.project();
  const command = await rig.send('Deploy', { project_id: id, docker_stack_yml: stack(30) });
  await waitFor(async () => (await rig.engine.services.list(own(id))).length > 0, { what: 'the service' });
  const cli = await rig.bus.connect('cli');
  const answer = await cli.actions.request('swarm', 'cancel', { project_id: id, command_id: command.commandId }, { timeoutMs: 5000 });
  expect(answer).toEqual({ cancelled: 'running' });
  expect((await rig.end(command)).body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { error: { code: 'CANCELLED' }, rollback: { outcome: 'removed' } } } });
});

test('an engine that is away: a clear answer to questions, and nothing is concluded', async () => {
  const alone = await executorRig();
  try {
    await alone.start('1', { AXION_AGENT__DOCKER__HOST: 'unix:///run/axion-no-such.sock', AXION_AGENT__DEPLOY__TIMEOUT: '2' });
    expect((await alone.run('GetStatus', { project_id: 'p' })).body).toMatchObject({ event_type: 'ErrorReport', payload: { error: { code: 'UNAVAILABLE', reason: 'ENGINE_UNREACHABLE' } } });
    expect((await alone.run('HealthCheck', {})).body).toMatchObject({ event_type: 'StatusReport', payload: { status: 'unhealthy' } });
    const deploy = await alone.run('Deploy', { project_id: 'p', docker_stack_yml: stack(1) });
    expect(deploy.body).toMatchObject({ event_type: 'DeployFailed', payload: { details: { error: { reason: 'ENGINE_UNREACHABLE' }, rollback: { outcome: 'left' } } } });
  } finally {
    await alone[Symbol.asyncDispose]();
  }
});
