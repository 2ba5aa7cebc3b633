import { randomBytes } from 'node:crypto';
import type { Bucket } from '@axion/bus';
import type { NodeHold } from '@axion/contracts';
import { systemClock } from '@axion/core';
import { SealedBox } from '@axion/service-kit';
import type { Logger } from '@axion/service-kit';
import { expect, test, vi } from 'vitest';
import { WorkloadBook } from '../store/workload-book.ts';
import type { AnySpec } from '../workload/spec.ts';
import { Keeper } from './keeper.ts';
import type { KeeperParts } from './keeper-parts.ts';
import { Tasks } from './tasks.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Logger;
const workload: AnySpec = { type: 'container', spec: { image: 'x', command: [], args: [], env: {}, volumes: [], ports: [], labels: {}, managedVolumes: [] } };
const asked = { id: 'w', revision: 'r1', desired: 'running', workload } as const;

/** A keeper over a runtime that notes what is done to it. */
const setup = () => {
  const done: string[] = [];
  const going = Promise.withResolvers<void>();
  const driver = {
    type: 'container',
    validate: () => undefined,
    inspect: async () => ({ known: true, value: 'absent' }),
    prepare: async () => undefined,
    replace: async ({ id }: { readonly id: string }) => void done.push(`place ${id}`),
    remove: async (id: string) => {
      done.push(`remove ${id}`);
      await going.promise;
      done.push(`removed ${id}`);
    },
  };
  const held: { by?: NodeHold } = {};
  const bucket = { put: async () => undefined, delete: async () => undefined } as unknown as Bucket<never>;
  const book = new WorkloadBook({ bucket, box: new SealedBox(randomBytes(32)), clock: systemClock, log });
  const seal = vi.spyOn(book, 'seal');
  const history = { created: () => undefined, started: () => undefined, ended: () => undefined };
  const room = async () => ({ memoryTotal: 0, memoryUsed: 0, cpus: 1, cpuPercentLong: 0, diskPercent: 0, diskFree: 0 });
  const parts = { book, history, drivers: { of: () => driver, all: () => [driver] }, tasks: new Tasks(systemClock), room, limits: { maxMemoryPercent: 100, maxCpuPercent: 100, maxDiskPercent: 100 }, hold: () => held.by, clock: systemClock, log, settings: { pendingTimeoutMs: 60_000, width: 4 } } as unknown as KeeperParts;
  return { keeper: new Keeper(parts), book, done, going, held, seals: () => seal.mock.calls.length };
};
const { signal } = new AbortController();

test('what is applied while an orphan of that id is removed comes after it, and one that was applied is no orphan any more', async () => {
  const { keeper, done, going } = setup();
  const removing = keeper.removeStranger('container', 'w', signal);
  const accepted = await keeper.apply(asked);
  going.resolve();
  expect(await removing).toBe(true);
  expect(await accepted.task?.end.ended(signal)).toEqual({ outcome: 'completed' });
  expect(done).toEqual(['remove w', 'removed w', 'place w']);
  expect(await keeper.removeStranger('container', 'w', signal)).toBe(false);
  expect(done).toHaveLength(3);
  await keeper.close();
});

test('a workload that was taken over without its spec has it from the next apply on, and is not made anew', async () => {
  const { keeper, book, done } = setup();
  await book.update('w', () => ({ id: 'w', type: 'container', desired: 'running', current: { revision: 'r1' }, created_at: 1, updated_at: 1 }));
  expect(await keeper.apply(asked)).toEqual({ decision: 'skip' });
  expect(book.specOf('w', book.get('w')?.current)).toEqual(workload);
  const { memo } = book.get('w')!.current!;
  await keeper.apply(asked);
  expect(book.get('w')?.current?.memo, 'only once').toBe(memo);
  await vi.waitFor(() => expect(done).toEqual([]));
  await keeper.close();
});

test('a node that is to take nothing new keeps and stops what it has, and says why it takes no more', async () => {
  const { keeper, book, held } = setup();
  await book.update('w', () => ({ id: 'w', type: 'container', desired: 'running', current: { revision: 'r1', memo: book.seal('w', workload) }, created_at: 1, updated_at: 1 }));
  held.by = { since: '2026-01-01T00:00:00Z', reason: 'a new disk' };
  await expect(keeper.apply({ ...asked, revision: 'r2' })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'NODE_DRAINING', message: expect.stringContaining('a new disk') as string });
  await expect(keeper.apply({ ...asked, id: 'other' })).rejects.toMatchObject({ reason: 'NODE_DRAINING' });
  expect(await keeper.apply(asked)).toEqual({ decision: 'skip' });
  expect(await keeper.apply({ ...asked, desired: 'stopped' })).toMatchObject({ decision: 'switch' });
  delete held.by;
  expect(await keeper.apply({ ...asked, revision: 'r2' })).toMatchObject({ decision: 'replace' });
  await keeper.close();
});

test('whoever asks again for what is under way waits along, and gives nobody more to do', async () => {
  const { keeper, book, done, going, seals } = setup();
  void keeper.removeStranger('container', 'w', signal);
  const first = await keeper.apply(asked);
  const again = await Promise.all(Array.from({ length: 20 }, () => keeper.apply(asked)));
  expect(new Set(again.map(({ decision, task }) => `${decision} ${task?.id}`))).toEqual(new Set([`join ${first.task?.id}`]));
  expect(seals()).toBe(1);
  going.resolve();
  for (const { task } of [first, ...again]) expect(await task?.end.ended(signal)).toEqual({ outcome: 'completed' });
  await keeper.idle();
  expect(done).toEqual(['remove w', 'removed w', 'place w']);
  expect(book.get('w')).toMatchObject({ current: { revision: 'r1' } });
  await keeper.close();
});
