import { availableParallelism, totalmem } from 'node:os';
import { dockerEngine, sharedImage, waitFor } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNode, type NodeRig } from './node-rig.ts';
import { ReadingScheduler } from './reading-scheduler.ts';

let engine: EngineApi;
let rig: NodeRig;
beforeAll(async () => {
  engine = await dockerEngine();
  rig = await startNode(engine);
});
afterAll(() => rig[Symbol.asyncDispose]());

const runningNow = async (): Promise<readonly string[]> =>
  ((await rig.scheduler.nodes())[0]?.last?.workloadStatuses ?? []).filter(({ state }) => state === 'Running').map(({ workloadId }) => workloadId);
/** Sessions that have ended so far. */
const ended = (): number => rig.link.output.split('the session with the scheduler ended').length - 1;

test('a node registers with what it really can carry and an address that can be dialled', async () => {
  const { node_id, registration } = await rig.scheduler.node('a heartbeat', ({ heartbeats }) => heartbeats > 0);
  expect(node_id).toBe('host-1');
  expect(registration).toMatchObject({ grpcEndpoint: `127.0.0.1:${rig.apiPort}`, labels: { zone: 'eu-1' } });
  const { capabilities } = registration;
  // Compose is switched off; virtual machines are switched on, and no libvirt answers.
  expect(capabilities.supportedWorkloadTypes).toEqual(['container']);
  expect(capabilities.supportedStorageDrivers).toContain('local');
  expect(capabilities.cpuTotalMillicores).toBe(availableParallelism() * 1000);
  expect(capabilities.memoryTotalMb).toBe(Math.floor(totalmem() / 1024 ** 2));
  expect(capabilities.storagePools[0]?.totalGb).toBeGreaterThan(0);
  expect(await (await rig.agent()).healthCheck({})).toMatchObject({ runtimeStatus: { container: 'healthy', 'container.runtime': expect.stringContaining('Docker Engine') as string } });
  const { checks } = await rig.beat('a healthy link', ({ status }) => status === 'healthy');
  expect(checks.find(({ name }) => name === 'scheduler')?.message).toBe(`node host-1 at ${rig.scheduler.scheduler}`);
});

test('heartbeats tell what is allocated and used, and how each workload is', async () => {
  const [well, ill] = [rig.id('well'), rig.id('ill')];
  await rig.apply(well, 'r1', { resources: { cpuShares: 250, memoryBytes: 64 * 1024 ** 2 } });
  await rig.apply(ill, 'r1', { image: sharedImage().replace(/[^/]*$/, 'nothing-of-this-name:1') });
  const running = await rig.told(well, 'usage of what runs', ({ state, usage }) => state === 'Running' && usage !== undefined);
  expect(running.usage?.memoryBytes).toBeGreaterThan(0);
  expect(running.reason).toBeUndefined();
  const failed = await rig.told(ill, 'a failure', ({ state }) => state === 'Failed');
  expect(failed).toMatchObject({ failureReason: 'IMAGE_NOT_FOUND', reason: { code: 'IMAGE_NOT_FOUND', message: expect.stringContaining('nothing-of-this-name') as string } });
  expect(failed.reason?.retryable).toBeFalsy();
  expect(Date.parse(failed.lastTransition)).toBeGreaterThan(Date.now() - 60_000);
  const { usage, workloadUsage } = (await rig.scheduler.nodes())[0]?.last ?? {};
  expect(usage).toMatchObject({ cpuAllocatedMillicores: 250, memoryAllocatedMb: 64 });
  expect(usage?.['memoryUsedMb']).toBeGreaterThan(0);
  expect(usage?.['diskUsedGb']).toBeGreaterThan(0);
  expect(workloadUsage).toContainEqual(expect.objectContaining({ workloadId: well, type: 'container' }));
  expect(await (await rig.agent()).deleteWorkload({ id: ill })).toMatchObject({ success: true });
  await waitFor(async () => (await rig.scheduler.nodes())[0]?.last?.workloadStatuses?.every(({ workloadId }) => workloadId !== ill));
});

test('a failure that passes is told with its next try, and tried at once when the scheduler applies it again', async () => {
  const id = rig.id('again');
  await rig.apply(id, 'r1', { image: '127.0.0.1:9/not-here:1' });
  const { reason } = await rig.told(id, 'a next try', ({ state, reason: why }) => state === 'Failed' && why?.nextRetryAt !== undefined);
  expect(reason).toMatchObject({ code: 'IMAGE_PULL_FAILED', retryable: true });
  await rig.apply(id, 'r2');
  await rig.told(id, 'what was applied to run', ({ state, reason: why }) => state === 'Running' && why === undefined);
});

test('a scheduler that reads words and no codes places a workload, changes, stops, starts and deletes it', async () => {
  const scheduler = new ReadingScheduler(() => rig.agent());
  const id = rig.id('read');
  await scheduler.bring(id, { desired: 'Running', revision: 'r1' });
  await rig.told(id, 'what runs', ({ state }) => state === 'Running');
  await scheduler.bring(id, { desired: 'Running', revision: 'r2', container: { env: { A: '1' } } });
  await scheduler.bring(id, { desired: 'Stopped', revision: 'r2' });
  await scheduler.bring(id, { desired: 'Running', revision: 'r2' });
  await scheduler.bring(id, { desired: 'Deleted', revision: 'r2' });
  await scheduler.bring(id, { desired: 'Deleted', revision: 'r2' });
});

test('a workload of a type that is switched off is placed elsewhere', async () => {
  const scheduler = new ReadingScheduler(() => rig.agent());
  await scheduler.tryType('compose', { composeYaml: 'services: {web: {image: a}}' });
  expect(scheduler.unsupported).toEqual(['compose']);
});

test('a node whose lease was lost registers again, over the same connection', async () => {
  const before = await rig.scheduler.node('a heartbeat', ({ heartbeats }) => heartbeats > 0);
  const sessions = ended();
  await rig.scheduler.say('host-1', 'expire');
  const after = await rig.scheduler.node('a heartbeat of the registered node', ({ registrations, heartbeats }) => registrations > before.registrations && heartbeats > before.heartbeats);
  expect(after.registrations).toBe(before.registrations + 1);
  expect(ended()).toBe(sessions);
});

test('without its executor the node stays, and what it cannot know is unknown, not gone', async () => {
  const [id] = await runningNow();
  const { registrations } = (await rig.scheduler.nodes())[0]!;
  await rig.executor.kill();
  await rig.told(id!, 'what is not known', ({ state }) => state === 'Unknown');
  await rig.beat('a degraded link', ({ status, message }) => status === 'degraded' && message.includes('the workload executor does not answer'));
  await rig.executor.restart();
  await rig.told(id!, 'what runs', ({ state }) => state === 'Running');
  expect((await rig.scheduler.nodes())[0]?.registrations).toBe(registrations);
});

test('a drained node stops what runs, the youngest first, takes nothing new, and starts it again when it is taken back', async () => {
  const added = [rig.id('one'), rig.id('two'), rig.id('three')];
  for (const id of added) await rig.apply(id);
  for (const id of added) await rig.told(id, 'three more to run', ({ state }) => state === 'Running');
  const all = await runningNow();
  await rig.scheduler.say('host-1', 'drain');
  await rig.beat('a drained node', ({ message, checks }) => `${message} ${checks.map((check) => check.message).join()}`.includes('drained: no workload runs'));
  for (const id of all) expect(await rig.told(id, 'everything to be stopped', ({ state }) => state === 'Stopped')).toMatchObject({ state: 'Stopped' });
  // The engine's own stamps: the next one was told to stop only after the one before had stopped.
  const stopped = await Promise.all(added.map(async (id) => ({ id, at: ((await engine.call('GET', `/containers/${id}/json`)) as { State: { FinishedAt: string } }).State.FinishedAt })));
  expect(stopped.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ id }) => id)).toEqual(added.toReversed());
  await expect(rig.apply(rig.id('four'))).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'NODE_DRAINING' });

  await rig.scheduler.say('host-1', 'undrain');
  for (const id of all) await rig.told(id, 'everything to run again', ({ state }) => state === 'Running');
});

test('a scheduler that was away and forgot the node gets it again; meanwhile the workloads run on', async () => {
  const all = await runningNow();
  await rig.scheduler.process.kill();
  const sick = await rig.beat('a degraded link', ({ status }) => status === 'degraded');
  expect(sick).toMatchObject({ lifecycle: 'ready', message: expect.stringContaining('scheduler') as string });
  await rig.scheduler.restart();
  const { registrations } = await rig.scheduler.node('the node at the new scheduler', ({ heartbeats }) => heartbeats > 0);
  expect(registrations).toBe(1);
  for (const id of all) await rig.told(id, 'what ran to run', ({ state }) => state === 'Running');
  await rig.beat('a healthy link', ({ status }) => status === 'healthy');
});
