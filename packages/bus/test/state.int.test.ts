import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BucketChange } from '../src/index.ts';
import { OwnBus, until } from './own-bus.ts';

let own: OwnBus;
beforeAll(async () => {
  own = await OwnBus.start();
});
afterAll(async () => {
  await own?.[Symbol.asyncDispose]();
});

test('a bucket keeps values with growing revisions, and guards them', async () => {
  const projects = (await own.connect('swarm-executor')).bucket<{ n: number }>('projects');
  expect(await projects.get('shop')).toBeUndefined();
  const created = await projects.create('shop', { n: 1 });
  await expect(projects.create('shop', { n: 2 })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  const updated = await projects.update('shop', { n: 2 }, created);
  expect(updated).toBeGreaterThan(created);
  await expect(projects.update('shop', { n: 3 }, created)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await projects.get('shop')).toEqual({ key: 'shop', value: { n: 2 }, revision: updated });
  await expect(projects.delete('shop', created)).rejects.toMatchObject({ code: 'ABORTED' });
  await projects.delete('shop', updated);
  expect(await projects.get('shop')).toBeUndefined();
  expect(await projects.keys()).toEqual([]);
  expect(await projects.create('shop', { n: 4 })).toBeGreaterThan(updated);
  for (const key of ['', 'a b', 'a.', '.a', '*', '>', 'a..b', 'ä']) {
    await expect(projects.get(key), key).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
});

test('a thousand entries are listed and watched', async () => {
  const revisions = (await own.connect('swarm-executor')).bucket<number>('revisions');
  const reader = (await own.connect('cli')).bucket<number>('revisions');
  await Promise.all(Array.from({ length: 1000 }, (_, i) => revisions.put(`p-${i % 10}.r-${i}`, i)));
  expect(await reader.keys()).toHaveLength(1000);
  expect(await reader.keys('p-3.*')).toHaveLength(100);
  const changes: BucketChange<number>[] = [];
  const watch = await reader.watch((change) => changes.push(change), 'p-3.*');
  expect(changes).toHaveLength(100);
  await revisions.put('p-4.r-4', 1);
  await revisions.put('p-3.r-3', -3);
  await revisions.delete('p-3.r-13');
  await until('both changes are reported', () => changes.length === 102);
  expect(changes.slice(100)).toMatchObject([{ key: 'p-3.r-3', value: -3 }, { key: 'p-3.r-13', value: undefined }]);
  watch.stop();
});

test('a lease is exclusive; its sequences grow; release gives it on at once', async () => {
  const a = await own.connect('swarm-executor', { instance: '1' });
  const b = await own.connect('swarm-executor', { instance: '2' });
  const first = await a.leases.acquire('swarm.shop');
  expect(first).toBeDefined();
  expect(await b.leases.acquire('swarm.shop')).toBeUndefined();
  expect(await a.leases.acquire('swarm.shop')).toBeUndefined();
  first!.assertHeld();
  await first!.confirm();
  let free = false;
  const waiting = b.leases.free('swarm.shop', new AbortController().signal).then(() => (free = true));
  expect(free).toBe(false);
  await first!.release();
  await waiting;
  expect(first!.lost.aborted).toBe(true);
  expect(() => first!.assertHeld()).toThrow(expect.objectContaining({ code: 'ABORTED' }));
  const second = await b.leases.acquire('swarm.shop');
  expect(second!.sequence).toBeGreaterThan(first!.sequence);
  await second!.release();
});

test('of many who try at once, one gets it', async () => {
  const instances = await Promise.all(Array.from({ length: 5 }, (_, i) => own.connect('swarm-executor', { instance: String(i) })));
  const leases = await Promise.all([...instances, ...instances, ...instances].map((bus) => bus.leases.acquire('swarm.race')));
  expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
  await leases.find((lease) => lease !== undefined)!.release();
});

test('a paused holder knows that it lost before anyone can take over, and does not disturb who did', async () => {
  // Its clocks stand for a pause: nothing is renewed meanwhile.
  let later = 0;
  const clock = { now: () => Date.now() + later, monotonic: () => performance.now() + later, sleep: () => Promise.resolve() };
  const paused = await own.connect('swarm-executor', { instance: '1', clock });
  const other = await own.connect('swarm-executor', { instance: '2', clock });
  const lease = (await paused.leases.acquire('swarm.pause'))!;
  later = 13_000;
  lease.assertHeld();
  later = 14_000;
  expect(await other.leases.acquire('swarm.pause')).toBeUndefined();
  expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ code: 'ABORTED', reason: 'LEASE_LOST' }));
  expect(lease.lost.aborted).toBe(true);
  later = 15_500;
  const taken = (await other.leases.acquire('swarm.pause'))!;
  expect(taken.sequence).toBeGreaterThan(lease.sequence);
  await lease.release();
  await expect(lease.confirm()).rejects.toMatchObject({ code: 'ABORTED' });
  await taken.confirm();
  await taken.release();
});

test('a suspended machine stops the monotonic clock, not the wall clock', async () => {
  let later = 0;
  const clock = { now: () => Date.now() + later, monotonic: () => performance.now(), sleep: () => Promise.resolve() };
  const lease = (await (await own.connect('swarm-executor', { clock })).leases.acquire('swarm.suspend'))!;
  later = 20_000;
  expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ code: 'ABORTED' }));
});

test('who asks the server learns that somebody else has it', async () => {
  let later = 0;
  const ahead = { now: () => Date.now() + later, monotonic: () => performance.now(), sleep: () => Promise.resolve() };
  const a = await own.connect('swarm-executor', { instance: '1' });
  const b = await own.connect('swarm-executor', { instance: '2', clock: ahead });
  const lease = (await a.leases.acquire('swarm.fence'))!;
  later = 16_000;
  const thief = (await b.leases.acquire('swarm.fence'))!;
  expect(thief.sequence).toBeGreaterThan(lease.sequence);
  lease.assertHeld();
  await expect(lease.confirm()).rejects.toMatchObject({ code: 'ABORTED' });
  expect(lease.lost.aborted).toBe(true);
});
