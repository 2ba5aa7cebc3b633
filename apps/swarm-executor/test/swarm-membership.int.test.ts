import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrivateEngine, waitFor } from '@axion/testkit';
import type { Dockerd } from '@axion/testkit';
import { executorRig } from './executor-rig.ts';
import type { ExecutorRig } from './executor-rig.ts';

/** Two engines in one network, an agent on each. */
let first: Dockerd;
let second: Dockerd;
let manager: ExecutorRig;
let worker: ExecutorRig;
beforeAll(async () => {
  first = await startPrivateEngine({ swarm: false });
  second = await startPrivateEngine({ swarm: false, beside: first });
  [manager, worker] = await Promise.all([executorRig(first.host), executorRig(second.host)]);
  await Promise.all([manager.start(), worker.start()]);
});
afterAll(async () => {
  await Promise.all([manager[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
  await second[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
});

// On the host's own network: the engines have no way to carry an overlay between them.
const EVERYWHERE = 'services: {one: {image: "busybox:1", command: [sleep, "999"], stop_grace_period: 0s, networks: [outside], deploy: {mode: global, update_config: {monitor: 500ms}}}}\nnetworks: {outside: {external: true, name: host}}';

test('a node joins by command, takes part, and as a worker says where stacks are deployed', async () => {
  expect((await manager.run('SwarmInit', { advertise_addr: '127.0.0.1' })).body).toMatchObject({ event_type: 'StatusReport', payload: { swarm: { manager: true } } });
  const { JoinTokens } = (await first.api.call('GET', '/swarm')) as { JoinTokens: { Worker: string } };
  const joined = await worker.run('SwarmJoin', { join_token: JoinTokens.Worker, remote_addrs: ['127.0.0.1:2377'], advertise_addr: '127.0.0.2' });
  expect(joined.body).toMatchObject({ event_type: 'StatusReport', payload: { message: 'joined the swarm', swarm: { state: 'active', manager: false } } });
  expect(JSON.stringify(joined)).not.toContain(JoinTokens.Worker);
  await waitFor(async () => (await manager.engine.nodes.list()).filter(({ state }) => state === 'ready').length === 2, { what: 'two nodes' });

  const id = manager.project();
  const deployed = await manager.run('Deploy', { project_id: id, docker_stack_yml: EVERYWHERE });
  expect(deployed.body).toMatchObject({ event_type: 'DeployCompleted', payload: { details: { services: [{ name: 'one', desired: 2, running: 2 }] } } });
  const refused = await worker.run('Deploy', { project_id: 'elsewhere', docker_stack_yml: EVERYWHERE });
  expect(refused.body).toMatchObject({ event_type: 'DeployFailed', payload: { message: expect.stringMatching(/no swarm manager.*worker.*manager/) as string, details: { error: { reason: 'NOT_A_SWARM_MANAGER' } } } });
});

test('it leaves by command; a wrong token is refused in the engine’s words', async () => {
  expect((await worker.run('SwarmLeave', {})).body).toMatchObject({ event_type: 'StatusReport', payload: { message: 'left the swarm', swarm: { state: 'inactive' } } });
  expect((await worker.run('SwarmLeave', {})).body).toMatchObject({ payload: { message: 'this node is in no swarm' } });
  await waitFor(async () => (await manager.engine.nodes.list()).filter(({ state }) => state === 'ready').length === 1, { what: 'one node', timeoutMs: 30_000 });
  const wrong = await worker.run('SwarmJoin', { join_token: 'SWMTKN-1-wrong', remote_addrs: ['127.0.0.1:2377'], advertise_addr: '127.0.0.2' });
  expect(wrong.body).toMatchObject({ event_type: 'ErrorReport', payload: { message: expect.stringContaining('cannot join the swarm') as string } });
});
