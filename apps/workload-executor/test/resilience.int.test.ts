import { startPrivateEngine, waitFor } from '@axion/testkit';
import type { Dockerd } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleeper, startRig } from './executor-rig.ts';
import type { Rig, Status } from './executor-rig.ts';

const container = { image: 'busybox:1', command: sleeper };
const calls = { AXION_AGENT__DOCKER__OPERATION_TIMEOUT: '2' };
/** Passes of the reconciler while the engine is frozen, and as many while it is gone. 40 of them are three minutes. */
const PASSES = Number(process.env['AXION_ENGINE_DOWN_PASSES'] ?? 3);
let engine: Dockerd;
let rig: Rig;
beforeAll(async () => {
  engine = await startPrivateEngine({ swarm: false });
  rig = await startRig(engine.api, calls);
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const running = (id: string): Promise<string> =>
  waitFor(
    async () => {
      const status = await rig.status(id);
      return status.actualState === 'ACTUAL_STATE_RUNNING' && status.metadata?.['container.id'];
    },
    { what: `${id} to run`, timeoutMs: 30_000 },
  );
/** Waits until the reconciler has been through so many passes more. */
const passes = async (count: number): Promise<void> => {
  const done = async (): Promise<number> => {
    const [executor] = (await rig.cli.metrics.scrape({ timeoutMs: 500 })).filter(({ component }) => component === 'workload-executor');
    const series = executor?.metrics as readonly { readonly name: string; readonly values: readonly { readonly metricName?: string; readonly value: number }[] }[] | undefined;
    return series?.find(({ name }) => name === 'agent_reconcile_duration_seconds')?.values.find(({ metricName }) => metricName?.endsWith('_count'))?.value ?? 0;
  };
  const before = await done();
  await waitFor(async () => (await done()) >= before + count, { what: `${count} passes`, timeoutMs: 20_000 + count * 8000, intervalMs: 200 });
};
const only = async (id: string): Promise<string | undefined> => {
  const rows = await rig.rows(id);
  expect(rows).toHaveLength(1);
  return rows[0]?.Id;
};

test('what is stopped, killed or removed by hand is brought back', async () => {
  const id = rig.id('kept');
  await rig.apply(id, 'r1', container);
  const first = await running(id);
  await engine.api.call('POST', `/containers/${first}/stop?t=1`);
  await waitFor(async () => (await rig.rows(id))[0]?.State === 'running');
  expect(await only(id)).toBe(first);
  await engine.api.call('DELETE', `/containers/${first}?force=1`);
  const again = await waitFor(async () => (await rig.rows(id)).find(({ State }) => State === 'running')?.Id);
  expect(again).not.toBe(first);
  // Stopped as asked stays stopped.
  await rig.apply(id, 'r1', container, 'STOPPED');
  await waitFor(async () => (await rig.rows(id))[0]?.State === 'exited');
  await rig.restart();
  expect((await rig.status(id)).actualState).toBe('ACTUAL_STATE_STOPPED');
});

test('engine down during reconcile loses nothing', { timeout: 120_000 + PASSES * 16_000 }, async () => {
  const id = rig.id('hang');
  await rig.apply(id, 'r1', container);
  const before = await running(id);
  const [made] = (await rig.ask<{ actions: readonly object[] }>('actions', { workloadId: id })).actions;
  engine.process.signal('SIGSTOP');
  // Whichever call is the first: none goes on telling what was seen before.
  await waitFor(async () => (await rig.send(id, 'r1', container)).status?.actualState === 'ACTUAL_STATE_UNKNOWN', { what: 'the word of an apply', timeoutMs: 20_000 });
  const { workloads } = await rig.ask<{ workloads: readonly Status[] }>('list', {});
  expect(workloads.find((status) => status.id === id)?.actualState).toBe('ACTUAL_STATE_UNKNOWN');
  expect((await rig.status(id)).actualState).toBe('ACTUAL_STATE_UNKNOWN');
  // Passes go on under a frozen engine: nothing follows from them.
  const waiting = rig.id('waits');
  const accepted = await rig.send(waiting, 'r1', container);
  expect(accepted.status?.actualState).toBe('ACTUAL_STATE_PENDING');
  await passes(PASSES);
  expect((await rig.status(id)).actualState).toBe('ACTUAL_STATE_UNKNOWN');
  const deleted = rig.ask<{ success?: boolean; message: string }>('delete', { id: waiting });
  engine.process.signal('SIGCONT');
  expect((await deleted).message).toContain(waiting);
  expect(await running(id)).toBe(before);
  expect(await only(id)).toBe(before);

  await engine.kill();
  await waitFor(async () => (await rig.status(id)).actualState === 'ACTUAL_STATE_UNKNOWN', { timeoutMs: 20_000 });
  expect((await rig.ask<{ healthy?: boolean }>('health', {})).healthy).not.toBe(true);
  await passes(PASSES);
  // All that was ever tried is the apply: nothing was stopped, recreated or given up meanwhile.
  expect((await rig.ask<{ actions: readonly object[] }>('actions', { workloadId: id })).actions).toEqual([made]);
  await engine.restart();
  // The engine ended it when it went down; the workload stands again, and it is the same one.
  expect(await running(id)).toBe(before);
});

test('delete that fails at the runtime is not reported as success', async () => {
  const id = rig.id('undeleted');
  await rig.apply(id, 'r1', container);
  const before = await running(id);
  engine.process.signal('SIGSTOP');
  const answer = await rig.ask<{ success?: boolean; message: string }>('delete', { id });
  expect(answer.success).not.toBe(true);
  expect(answer.message).toContain('is not deleted');
  engine.process.signal('SIGCONT');
  expect((await rig.rows(id)).map(({ Id }) => Id).filter((found) => found !== before)).toEqual([]);
  // What was accepted is done once the engine answers.
  await waitFor(async () => (await rig.rows(id)).length === 0, { what: 'the deletion', timeoutMs: 40_000 });
  await waitFor(() => rig.status(id).then(() => false, ({ code }: { code: string }) => code === 'NOT_FOUND'));
});

test('an executor that is killed goes on where it was', async () => {
  const ids = ['a', 'b', 'c'].map((name) => rig.id(`killed-${name}`));
  // Nobody answers these: the one who was asked is dead.
  void Promise.allSettled(ids.map((id) => rig.apply(id, 'r1', container)));
  await waitFor(async () => (await rig.rows(ids[0]!)).length > 0, { intervalMs: 5 });
  await rig.crash();
  for (const id of ids) await rig.apply(id, 'r1', container);
  for (const id of ids) {
    await running(id);
    await only(id);
  }
  void Promise.allSettled(ids.map((id) => rig.apply(id, 'r2', container)));
  await waitFor(async () => (await rig.rows(ids[0]!)).length > 1, { intervalMs: 5 });
  await rig.crash();
  for (const id of ids) {
    await rig.apply(id, 'r2', container);
    await waitFor(async () => (await rig.status(id)).revisionId === 'r2' && (await rig.rows(id)).length === 1, { timeoutMs: 30_000 });
    await running(id);
  }
});

test('a lost store is made again from the labels, and nothing is recreated', async () => {
  const [up, down] = [rig.id('recovered'), rig.id('recovered-stopped')];
  await rig.apply(up, 'r7', { ...container, env: { A: '1' } });
  await rig.apply(down, 'r7', container);
  await rig.apply(down, 'r7', container, 'STOPPED');
  const before = await running(up);
  await rig.executor.stop();
  const admin = await rig.bus.connect('workload-executor');
  const bucket = admin.bucket('workloads');
  for (const key of await bucket.keys()) await bucket.delete(key);
  await rig.restart();
  expect(await running(up)).toBe(before);
  expect(await rig.apply(up, 'r7', { ...container, env: { A: '1' } })).toMatchObject({ skipped: true });
  expect(await rig.status(down)).toMatchObject({ revisionId: 'r7', desiredState: 'DESIRED_STATE_STOPPED', actualState: 'ACTUAL_STATE_STOPPED' });
  // Its spec came back with it: it can be made again.
  await engine.api.call('DELETE', `/containers/${before}?force=1`);
  const again = await waitFor(async () => (await rig.rows(up)).find(({ State }) => State === 'running')?.Id);
  expect(((await engine.api.call('GET', `/containers/${again}/json`)) as { Config: { Env: string[] } }).Config.Env).toContain('A=1');
});

test('containers of a Persys node are taken over as they are', async () => {
  const id = rig.id('persys');
  const labels = { 'persys.managed': 'true', 'persys.workload_id': id, 'persys.revision_id': 'p1' };
  // It must not be seen before it runs.
  rig.executor.signal('SIGSTOP');
  const { Id } = (await engine.api.call('POST', `/containers/create?name=${id}`, { body: { Image: 'busybox:1', Entrypoint: sleeper, Labels: labels } })) as { Id: string };
  await engine.api.call('POST', `/containers/${Id}/start`);
  rig.executor.signal('SIGCONT');
  await waitFor(async () => (await rig.status(id)).actualState === 'ACTUAL_STATE_RUNNING');
  expect(await rig.apply(id, 'p1', container)).toMatchObject({ skipped: true, status: { revisionId: 'p1', metadata: { 'container.id': Id } } });
  // Its spec is known from then on: it can be made again.
  await engine.api.call('DELETE', `/containers/${Id}?force=1`);
  await waitFor(async () => (await rig.rows(id)).some(({ State, Labels }) => State === 'running' && Labels['dev.axion.revision'] === 'p1'), { what: 'it to be made again', timeoutMs: 20_000 });
  await rig.apply(id, 'p2', container);
  await waitFor(async () => (await rig.status(id)).revisionId === 'p2' && (await rig.rows(id)).length === 1, { timeoutMs: 20_000 });
  await expect(engine.api.call('GET', `/containers/${Id}/json`)).rejects.toMatchObject({ status: 404 });
});

test('a crash-looping workload is tried three times, told as failed, and left alone', async () => {
  const id = rig.id('loop');
  await rig.apply(id, 'r1', { ...container, env: { TOKEN: 'hunter2-very' }, command: ['sh', '-c', 'echo no config at $HOME for $TOKEN >&2; exit 7'] });
  const status = await waitFor(
    async () => {
      const now = await rig.status(id);
      return now.metadata?.['failure_reason'] !== undefined && now;
    },
    { timeoutMs: 20_000 },
  );
  expect(status).toMatchObject({ actualState: 'ACTUAL_STATE_FAILED', metadata: { failure_reason: 'RUNTIME_ERROR', 'container.exit_code': '7', 'container.stderr': expect.stringMatching(/no config at \/\S* for \*\*\*\*/) as string, retry_terminal: 'false' } });
  expect(status.metadata).toHaveProperty('next_retry_time');
});

test('an orphan is told and left alone', async () => {
  const id = rig.id('orphan');
  await rig.apply(id, 'r1', container);
  const before = await running(id);
  await rig.executor.stop();
  const admin = await rig.bus.connect('workload-executor');
  await admin.bucket('workloads').delete(id);
  const told: unknown[] = [];
  await rig.cli.events.follow({}, ({ body }) => void told.push(body));
  await rig.restart();
  await waitFor(async () => (await rig.ask<{ runtimeStatus: { orphans?: string } }>('health', {})).runtimeStatus.orphans?.includes(id));
  await waitFor(() => told.length > 0, { what: 'the event' });
  expect(told).toContainEqual(expect.objectContaining({ event_type: 'StatusReport', payload: expect.objectContaining({ workload_id: id, orphan: true, state: 'found' }) as unknown }));
  expect(await only(id)).toBe(before);
  await expect(rig.status(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a drained node stops what runs, takes nothing, and starts it again afterwards', async () => {
  const id = rig.id('drained');
  await rig.apply(id, 'r1', container);
  const before = await running(id);
  await rig.ask('drain', { drain: true });
  await waitFor(async () => (await rig.ask<{ running: string[] }>('drain', {})).running.length === 0, { timeoutMs: 30_000 });
  await rig.restart();
  await expect(rig.apply(rig.id('refused'), 'r1', container)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'NODE_DRAINING' });
  expect((await rig.status(id)).actualState).toBe('ACTUAL_STATE_STOPPED');
  await rig.ask('drain', { drain: false });
  expect(await running(id)).toBe(before);
});
