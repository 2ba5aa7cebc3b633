import { dockerEngine, sharedImage, waitFor } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRig } from './executor-rig.ts';
import type { Rig } from './executor-rig.ts';

let engine: EngineApi;
let rig: Rig;
beforeAll(async () => {
  engine = await dockerEngine();
  rig = await startRig(engine);
});
afterAll(() => rig[Symbol.asyncDispose]());

test('apply, status, list, actions, delete', async () => {
  const id = rig.id('life');
  const applied = await rig.apply(id, 'r1', { env: { PASSWORD: 'hunter2' }, labels: { team: 'web' } });
  expect(applied).toMatchObject({ applied: true, status: { id, revisionId: 'r1', actualState: 'ACTUAL_STATE_RUNNING', metadata: { task_status: 'completed', 'container.state': 'running' } } });
  const [row] = await rig.rows(id);
  expect(row).toMatchObject({ Names: [`/${id}`], State: 'running', Labels: { team: 'web', 'dev.axion.revision': 'r1' } });
  expect(JSON.stringify(row?.Labels)).not.toContain('hunter2');
  expect(await rig.apply(id, 'r1')).toMatchObject({ skipped: true, status: { actualState: 'ACTUAL_STATE_RUNNING' } });
  expect((await rig.rows(id))[0]?.Id).toBe(row?.Id);

  expect(await rig.status(id)).toMatchObject({ actualState: 'ACTUAL_STATE_RUNNING', metadata: { 'container.id': row?.Id } });
  expect(await rig.ask<{ workloads: object[] }>('list', {})).toMatchObject({ workloads: [expect.objectContaining({ id, actualState: 'ACTUAL_STATE_RUNNING' })] });
  expect(await rig.ask('list', { type: 'WORKLOAD_TYPE_VM' })).toEqual({});

  expect(await rig.ask('delete', { id })).toMatchObject({ success: true });
  expect(await rig.rows(id)).toEqual([]);
  await expect(rig.status(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(rig.ask('delete', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await rig.ask('actions', { workloadId: id })).toMatchObject({ actions: [{ actionType: 'apply_workload', status: 'completed' }, { actionType: 'delete_workload', status: 'completed' }] });
});

test('the same revision in another state is stopped and started as it stands', async () => {
  const id = rig.id('switch');
  await rig.apply(id, 'r1');
  const [before] = await rig.rows(id);
  expect(await rig.apply(id, 'r1', {}, 'STOPPED')).toMatchObject({ applied: true, status: { desiredState: 'DESIRED_STATE_STOPPED', actualState: 'ACTUAL_STATE_STOPPED' } });
  expect(await rig.apply(id, 'r1', {}, 'RUNNING')).toMatchObject({ applied: true, status: { actualState: 'ACTUAL_STATE_RUNNING' } });
  expect((await rig.rows(id)).map(({ Id }) => Id)).toEqual([before?.Id]);
});

test('a new revision takes the place of the old one', async () => {
  const id = rig.id('replace');
  await rig.apply(id, 'r1');
  const [before] = await rig.rows(id);
  const answer = await rig.apply(id, 'r2');
  expect(answer.message).toMatch(/applied|accepted/);
  await waitFor(async () => (await rig.status(id)).actualState === 'ACTUAL_STATE_RUNNING' && (await rig.rows(id)).length === 1);
  const [after] = await rig.rows(id);
  expect(after).toMatchObject({ Names: [`/${id}`], State: 'running', Labels: { 'dev.axion.revision': 'r2' } });
  expect(after?.Id).not.toBe(before?.Id);
});

test('an apply that joins what waits for its next try is answered at once', async () => {
  const id = rig.id('waits');
  const nowhere = { image: '127.0.0.1:1/nobody/nothing:1' };
  expect(await rig.send(id, 'r1', nowhere)).toMatchObject({ message: expect.stringContaining('cannot pull image') as string });
  const began = performance.now();
  expect(await rig.send(id, 'r1', nowhere)).toMatchObject({ applied: true, message: expect.stringMatching(/^accepted; it is tried again in \d+ s: cannot pull image/) as string, status: { actualState: 'ACTUAL_STATE_FAILED' } });
  expect(performance.now() - began).toBeLessThan(2400);
});

test('pull failure keeps the old container', async () => {
  const id = rig.id('pull');
  await rig.apply(id, 'r1');
  const [before] = await rig.rows(id);
  const missing = sharedImage().replace(/[^/]*$/, 'nothing-of-this-name:1');
  const failed = await rig.apply(id, 'r2', { image: missing });
  expect(failed.applied).not.toBe(true);
  expect(failed.status).toMatchObject({ revisionId: 'r1', actualState: 'ACTUAL_STATE_RUNNING', metadata: { failure_reason: 'IMAGE_NOT_FOUND', retry_terminal: 'true', task_status: 'failed' } });
  expect(await rig.rows(id)).toMatchObject([{ Id: before?.Id, State: 'running' }]);
  // Back to what is in force: nothing is made anew, and the failure is forgotten.
  expect(await rig.apply(id, 'r1')).toMatchObject({ applied: true });
  expect((await rig.status(id)).metadata).not.toHaveProperty('failure_reason');
  expect(await rig.rows(id)).toMatchObject([{ Id: before?.Id }]);
});

test('a revision that ends right after its start gives the place back to the one before', async () => {
  const id = rig.id('crash');
  await rig.apply(id, 'r1');
  const [before] = await rig.rows(id);
  await rig.apply(id, 'r2', { env: { SECRET: 'hunter2-very' }, command: ['sh', '-c', 'echo no database for $SECRET >&2; exit 3'] });
  const status = await waitFor(async () => {
    const now = await rig.status(id);
    return now.metadata?.['failure_reason'] !== undefined && now;
  });
  expect(status).toMatchObject({ revisionId: 'r1', actualState: 'ACTUAL_STATE_RUNNING' });
  expect(status.metadata?.['last_error']).toMatch(/exit code 3.*no database for \*\*\*\*/);
  expect(rig.executor.output).not.toContain('hunter2-very');
  expect(await rig.rows(id)).toMatchObject([{ Id: before?.Id, State: 'running', Names: [`/${id}`] }]);
});

test('a port that is taken is found before the old one stops', async () => {
  const [id, other] = [rig.id('port'), rig.id('port-holder')];
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const ports = [{ hostPort: port, containerPort: 80 }];
  expect(await rig.apply(other, 'r1', { ports })).toMatchObject({ applied: true });
  await rig.apply(id, 'r1');
  const [before] = await rig.rows(id);
  const refused = await rig.apply(id, 'r2', { ports });
  expect(refused.message).toContain(`port ${port}/tcp of this host is taken by container ${other}`);
  expect(refused.status?.metadata).toMatchObject({ failure_reason: 'NETWORK_ERROR' });
  expect(await rig.rows(id)).toMatchObject([{ Id: before?.Id, State: 'running' }]);
  // Its own port is no conflict.
  await rig.apply(other, 'r2', { ports });
  await waitFor(async () => (await rig.status(other)).revisionId === 'r2' && (await rig.status(other)).actualState === 'ACTUAL_STATE_RUNNING');
});

test('failed create keeps existing volume data', async () => {
  const id = rig.id('data');
  const managedVolumes = [{ name: 'data', driver: 'local', mountPath: '/data', retainPolicy: 'delete' }];
  await rig.apply(id, 'r1', { managedVolumes, command: ['sh', '-c', 'echo kept > /data/file; trap "exit 0" TERM; sleep 1000 & wait'] });
  const container = (await rig.rows(id))[0]?.Id;
  const failed = await rig.apply(id, 'r2', { managedVolumes, volumes: [{ hostPath: '/proc/nothing/here', containerPath: '/x' }] });
  expect(failed.applied).not.toBe(true);
  await waitFor(async () => (await rig.status(id)).metadata?.['failure_reason'] !== undefined);
  expect(await rig.rows(id)).toMatchObject([{ Id: container, State: 'running' }]);
  await rig.apply(id, 'r3', { managedVolumes, command: ['sh', '-c', 'grep kept /data/file >&2 || exit 1; trap "exit 0" TERM; sleep 1000 & wait'] });
  await waitFor(async () => (await rig.status(id)).revisionId === 'r3' && (await rig.status(id)).actualState === 'ACTUAL_STATE_RUNNING', { timeoutMs: 20_000 });
  expect(await rig.ask('delete', { id })).toMatchObject({ success: true });
  await expect(engine.call('GET', `/volumes/${id}_data`)).rejects.toMatchObject({ status: 404 });
});

test('two racing applies end on the newer', async () => {
  const id = rig.id('race');
  const answers = await Promise.all(['r1', 'r2', 'r3', 'r4'].map((revision) => rig.apply(id, revision)));
  for (const answer of answers) expect(answer.message).toMatch(/applied|superseded|accepted/);
  const settled = async (): Promise<boolean> => (await rig.status(id)).actualState === 'ACTUAL_STATE_RUNNING' && (await rig.rows(id)).length === 1;
  await waitFor(async () => (await rig.status(id)).revisionId === 'r4' && (await settled()), { what: 'r4', timeoutMs: 20_000 });
  expect(await rig.rows(id)).toMatchObject([{ State: 'running', Labels: { 'dev.axion.revision': 'r4' } }]);
});

test.each(['../etc', 'a/b', '', '.hidden', 'a..b', 'x'.repeat(129), 'a b', '-rf'])('ids with ../ are refused: %j', async (id) => {
  for (const verb of ['apply', 'delete', 'status']) {
    await expect(rig.ask(verb, { id, spec: { container: { image: 'x' } } })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'id' } });
  }
});

test('what cannot be is refused with its field, and nothing is put on record', async () => {
  const id = rig.id('refused');
  await expect(rig.apply(id, 'r1', { image: '' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'spec.container.image' } });
  await expect(rig.apply(id, 'r1', { resources: { memoryBytes: '99999999999999' } })).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', message: expect.stringContaining('MB are asked for') as string });
  await expect(rig.ask('apply', { id, spec: { vm: { vcpus: 1 } } })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  await expect(rig.ask('apply', { id })).rejects.toMatchObject({ details: { field: 'spec' } });
  await expect(rig.status(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a foreign container of that name is left alone', async () => {
  const id = rig.id('foreign');
  const { Id } = (await engine.call('POST', `/containers/create?name=${id}`, { body: { Image: sharedImage(), Cmd: ['true'], Labels: { 'dev.axion.test': id } } })) as { Id: string };
  try {
    const answer = await rig.apply(id, 'r1');
    expect(answer).toMatchObject({ status: { actualState: 'ACTUAL_STATE_FAILED' } });
    expect(answer.message).toContain('no workload of this agent');
    expect(await rig.ask('delete', { id })).toMatchObject({ success: true });
    expect(await engine.call('GET', `/containers/${Id}/json`)).toMatchObject({ Id });
  } finally {
    await engine.call('DELETE', `/containers/${Id}?force=1`);
  }
});

test('health says how the runtimes are', async () => {
  const health = await rig.ask<{ healthy: boolean; runtimeStatus: Record<string, string> }>('health', {});
  expect(health).toMatchObject({ healthy: true, runtimeStatus: { container: 'healthy', 'container.runtime': expect.stringContaining('Docker Engine') as string } });
});
