import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Bucket } from '@axion/bus';
import { systemClock, type Clock } from '@axion/core';
import { openEngine } from '@axion/docker-engine';
import { SealedBox } from '@axion/service-kit';
import { dockerEngine, sharedImage, tempDir, uniqueName, waitFor } from '@axion/testkit';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { ComposeCommand } from '../src/drivers/compose/compose-command.ts';
import { ComposeDriver } from '../src/drivers/compose/compose-driver.ts';
import { ComposeHome } from '../src/drivers/compose/compose-home.ts';
import { ContainerDriver } from '../src/drivers/container/container-driver.ts';
import { ImageStore } from '../src/drivers/container/image-store.ts';
import { Drivers } from '../src/drivers/drivers.ts';
import { ContainerVolumes } from '../src/drivers/volumes/container-volumes.ts';
import { Keeper } from '../src/keep/keeper.ts';
import type { KeeperParts } from '../src/keep/keeper-parts.ts';
import { ORPHAN_GRACE_MS, type OrphanNews } from '../src/keep/orphans.ts';
import { Reconciler } from '../src/keep/reconciler.ts';
import { Tasks } from '../src/keep/tasks.ts';
import { WorkloadBook } from '../src/store/workload-book.ts';
import type { AnySpec } from '../src/workload/spec.ts';
import { composePrograms } from './compose-rig.ts';
import { sleeper } from './executor-rig.ts';

const log = pino({ level: 'silent' });

/** The keeping half of the executor on the real engine, with a clock that can be put forward and a key of its own. */
const setup = async () => {
  const [api, folder] = [await dockerEngine(), await tempDir('orphans')];
  const engine = openEngine({ host: api.host, deadlineMs: 20_000 });
  const ahead = { ms: 0 };
  const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead.ms };
  const images = new ImageStore({ engine, disk: async () => undefined, maxDiskPercent: 100 });
  const agent = (name: string) => {
    const box = new SealedBox(randomBytes(32));
    const home = join(folder.path, name);
    const usage = async () => new Map();
    const drivers = new Drivers([
      new ContainerDriver({ engine, images, volumes: new ContainerVolumes({ engine, log }), clock, usage }),
      new ComposeDriver(
        { engine, owner: box.fingerprint, compose: new ComposeCommand({ configured: composePrograms()[0]!, dockerHost: api.host, home, env: process.env }), home: new ComposeHome(home, log), images, usage, clock, log, patienceMs: 30_000 },
        async () => 0,
      ),
    ]);
    const bucket = { put: async () => undefined, delete: async () => undefined } as unknown as Bucket<never>;
    const book = new WorkloadBook({ bucket, box, clock, log });
    const history = { created: () => undefined, started: () => undefined, ended: () => undefined };
    const room = async () => ({ memoryTotal: 0, memoryUsed: 0, cpus: 1, cpuPercentLong: 0, diskPercent: 0, diskFree: 0 });
    const parts = { book, drivers, history, tasks: new Tasks(clock), room, limits: { maxMemoryPercent: 100, maxCpuPercent: 100, maxDiskPercent: 100 }, hold: () => undefined, clock, log, settings: { pendingTimeoutMs: 60_000, since: 0, width: 4 } } as unknown as KeeperParts;
    return { book, parts };
  };
  const ids: string[] = [];
  const rows = async (id: string): Promise<readonly string[]> => {
    const found = (await api.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label: [`dev.axion.workload=${id}`] }))}`)) as { Id: string }[];
    return found.map(({ Id }) => Id);
  };
  onTestFinished(async () => {
    for (const id of ids) for (const container of await rows(id)) await api.call('DELETE', `/containers/${container}?force=1`);
    for (const id of ids) {
      const networks = (await api.call('GET', `/networks?filters=${encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${id}`] }))}`)) as { Id: string }[];
      for (const { Id } of networks) await api.call('DELETE', `/networks/${Id}`);
    }
    engine.close();
    await folder.remove();
  });
  const apply = async ({ parts }: ReturnType<typeof agent>, workload: AnySpec): Promise<string> => {
    const keeper = new Keeper(parts);
    const id = uniqueName('orphan');
    ids.push(id);
    const { task } = await keeper.apply({ id, revision: 'r1', desired: 'running', workload });
    expect(await task?.end.ended(AbortSignal.timeout(60_000))).toEqual({ outcome: 'completed' });
    await keeper.close();
    return id;
  };
  /** A reconciler that has just started on what stands; the book is whole. */
  const watch = async ({ parts }: ReturnType<typeof agent>, gcOrphans: boolean) => {
    const told: OrphanNews[] = [];
    let passes = 0;
    const reconciler = new Reconciler({ parts, keeper: new Keeper(parts), bookWasKept: true, intervalMs: 50, keeps: true, gcOrphans, onOrphan: (news) => told.push(news), onPass: () => void (passes += 1) });
    await reconciler.start();
    onTestFinished(() => reconciler.stop());
    /** Whole passes from now on. */
    const pass = async (times: number): Promise<void> => {
      const end = passes + times + 1;
      await waitFor(() => passes >= end, { what: `${times} passes`, timeoutMs: 30_000 });
    };
    return { told, pass, stop: () => reconciler.stop() };
  };
  return { agent, apply, watch, rows, putForward: (ms: number) => void (ahead.ms += ms) };
};

const container: AnySpec = { type: 'container', spec: { image: sharedImage(), command: sleeper, args: [], env: {}, volumes: [], ports: [], labels: {}, managedVolumes: [] } };
const application: AnySpec = { type: 'compose', spec: { projectName: '', composeYaml: `services: {web: {image: "${sharedImage()}", init: true, command: [sleep, "1000"]}}`, env: {} } };

test('an orphan goes after its grace time and only where that is wanted; what is asked for, or belongs to another agent, never', async () => {
  const { agent, apply, watch, rows, putForward } = await setup();
  const [ours, theirs] = [agent('ours'), agent('theirs')];
  const [lost, lostApplication, kept, foreign, foreignApplication] = [await apply(ours, container), await apply(ours, application), await apply(ours, container), await apply(theirs, container), await apply(theirs, application)];
  for (const id of [lost, lostApplication]) await ours.book.update(id, () => undefined);
  const before = new Map(await Promise.all([lost, lostApplication, kept, foreign, foreignApplication].map(async (id) => [id, await rows(id)] as const)));
  expect([...before.values()].map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
  const found = [{ id: lost, type: 'container', news: 'found' }, { id: lostApplication, type: 'compose', news: 'found' }];

  const watcher = await watch(ours, false);
  await watcher.pass(2);
  putForward(2 * ORPHAN_GRACE_MS);
  await watcher.pass(2);
  expect(watcher.told.toSorted((a, b) => b.type.localeCompare(a.type))).toEqual(found);
  for (const [id, containers] of before) expect(await rows(id), 'told, and left alone').toEqual(containers);
  await watcher.stop();

  const collector = await watch(ours, true);
  await collector.pass(2);
  putForward(ORPHAN_GRACE_MS - 30_000);
  await collector.pass(2);
  for (const [id, containers] of before) expect(await rows(id), 'before its time').toEqual(containers);
  putForward(60_000);
  await waitFor(async () => (await rows(lost)).length + (await rows(lostApplication)).length === 0, { what: 'the orphans to be gone', timeoutMs: 30_000 });
  await collector.pass(1);
  expect(collector.told).toEqual(expect.arrayContaining([...found, ...found.map((news) => ({ ...news, news: 'removed' }))]));
  for (const id of [kept, foreign, foreignApplication]) expect(await rows(id)).toEqual(before.get(id));
});
