import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentServiceDefinition, ApplyWorkloadRequest } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { openChannel, parseServerUrl, unaryClient } from '@axion/grpc-kit';
import { dockerEngine, freePort, sharedImage, spawnComponent, startBus, tempDir, uniqueName, waitFor } from '@axion/testkit';
import { expect, test } from 'vitest';

test('a container from gRPC to the engine and back', async () => {
  const engine = await dockerEngine();
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await tempDir('gateway'));
  stack.defer(() => rmSync(join(home.path, 'data'), { recursive: true, force: true }));
  const bus = stack.use(await startBus());
  const port = await freePort();
  const env = {
    AXION_AGENT__BUS__URL: bus.url,
    AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AXION_AGENT__AGENT__DATA_DIR: join(home.path, 'data'),
    AXION_AGENT__DOCKER__HOST: engine.host,
    AXION_AGENT__WORKLOADS__COMPOSE: 'false',
    AXION_AGENT__WORKLOADS__VOLUMES_DIR: join(home.path, 'volumes'),
    AXION_AGENT__WORKLOADS__MAX_CPU_PERCENT: '100',
    AXION_AGENT__WORKLOADS__MAX_MEMORY_PERCENT: '100',
    AXION_AGENT__LOCAL__ENABLED: 'true',
    AXION_AGENT__LOCAL__GRPC_LOCAL_PORT: String(port),
  };
  let executor = await spawnComponent('workload-executor', { env });
  const gateway = await spawnComponent('local-gateway', { env });
  stack.defer(async () => void (await Promise.all([executor.stop(), gateway.stop()])));
  const channel = openChannel({ address: parseServerUrl(`http://127.0.0.1:${port}`), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [] } });
  stack.defer(() => channel.close());
  const agent = unaryClient(AgentServiceDefinition, channel, { timeoutMs: 20_000, metadata: () => ({}) });

  const id = uniqueName('wl-grpc');
  const request = (revisionId: string, onEnd = 'exit 0') => ApplyWorkloadRequest.fromJSON({ id, type: 'WORKLOAD_TYPE_CONTAINER', revisionId, desiredState: 'DESIRED_STATE_RUNNING', spec: { container: { image: sharedImage(), args: ['sh', '-c', `trap "${onEnd}" TERM; sleep 1000 & wait`] } } });
  expect(await agent.applyWorkload(request('r1'))).toMatchObject({ applied: true, status: { id, revisionId: 'r1' } });
  expect(await agent.applyWorkload(request('r1'))).toMatchObject({ applied: true, skipped: true });
  const { status } = await agent.getWorkloadStatus({ id });
  expect(status).toMatchObject({ actualState: ActualState.RUNNING, metadata: { 'container.state': 'running', task_status: 'completed' } });
  expect(await engine.call('GET', `/containers/${id}/json`)).toMatchObject({ Id: status?.metadata['container.id'] });
  expect((await agent.listWorkloads({ type: 0 })).workloads.map((workload) => workload.id)).toEqual([id]);
  expect(await agent.healthCheck({})).toMatchObject({ healthy: true });
  await expect(agent.applyWorkload({ ...request('r1'), id: '../x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(agent.getWorkloadStatus({ id: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('workload not found: nobody') as string });
  expect(await agent.deleteWorkload({ id })).toMatchObject({ success: true });
  await waitFor(() => engine.call('GET', `/containers/${id}/json`).then(() => false, () => true));
  expect((await agent.listActions({ workloadId: id, actionType: '', status: '', limit: 1, newestFirst: true })).actions).toMatchObject([{ actionType: 'delete_workload', status: 'completed' }]);

  // A deletion under which the executor is killed: the next one does it, and whoever asked is told.
  expect(await agent.applyWorkload(request('r2', 'sleep 3; exit 0'))).toMatchObject({ applied: true });
  const deleted = agent.deleteWorkload({ id });
  await waitFor(async () => (await agent.listActions({ workloadId: id, actionType: 'delete_workload', status: 'running', limit: 1, newestFirst: true })).actions.length === 1);
  await executor.kill();
  executor = await spawnComponent('workload-executor', { env });
  expect(await deleted).toMatchObject({ success: true });
  await expect(engine.call('GET', `/containers/${id}/json`)).rejects.toThrow();
});
