import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AxionError } from '@axion/core';
import type { BusConnection } from './bus-connection.ts';
import { QueueRemovals } from './queue-removals.ts';
import type { StreamStore } from './stream-store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const scene = () => {
  const connection = { connected: true, epoch: 1 };
  const purged: (readonly [sequence: number, filter: string | undefined])[] = [];
  const answers: PromiseWithResolvers<number>[] = [];
  const store = {
    purge: (_what: string, _stream: string, sequence: number, filter?: string) => {
      purged.push([sequence, filter]);
      answers.push(Promise.withResolvers<number>());
      return answers.at(-1)!.promise;
    },
  };
  let held = true;
  const assertHeld = (): void => {
    if (!held) throw new AxionError('ABORTED', 'lost', { reason: 'LEASE_LOST' });
  };
  const removals = new QueueRemovals(connection as unknown as BusConnection, store as unknown as StreamStore, { executor: 'swarm', key: 'shop', lease: { assertHeld } });
  return { connection, purged, answers, removals, lose: () => (held = false) };
};
const sequences = (purged: readonly (readonly [number, unknown])[]): readonly number[] => purged.map(([sequence]) => sequence);

test('what ends within a moment goes in one request, by itself, and only of its own queue', async () => {
  const { removals, purged, answers } = scene();
  for (const sequence of [3, 5, 9]) removals.ended(sequence);
  await vi.advanceTimersByTimeAsync(250);
  expect(purged).toEqual([[9, 'axion.cmd.swarm.shop']]);
  answers[0]!.resolve(3);
  await removals.flush();
  expect(purged).toHaveLength(1);
});

test('flush waits for the request under way and sends what ended since, however many ask', async () => {
  const { removals, purged, answers } = scene();
  removals.ended(3);
  const first = removals.flush();
  removals.ended(4);
  const both = Promise.all([removals.flush(), removals.flush()]);
  expect(sequences(purged)).toEqual([3]);
  answers[0]!.resolve(1);
  await first;
  await vi.advanceTimersByTimeAsync(0);
  expect(sequences(purged)).toEqual([3, 4]);
  answers[1]!.resolve(1);
  await both;
  expect(sequences(purged)).toEqual([3, 4]);
});

test('what failed is tried again by the next flush', async () => {
  const { removals, purged, answers } = scene();
  removals.ended(3);
  const first = removals.flush();
  answers[0]!.reject(new AxionError('UNAVAILABLE', 'away'));
  await expect(first).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const again = removals.flush();
  answers[1]!.resolve(1);
  await again;
  expect(sequences(purged)).toEqual([3, 3]);
});

test('numbers read before a reconnect remove nothing after it: the store may be another', async () => {
  const { removals, purged, connection } = scene();
  removals.ended(5000);
  connection.epoch = 2;
  expect(removals.current).toBe(false);
  await removals.flush();
  await vi.advanceTimersByTimeAsync(1000);
  expect(purged).toEqual([]);
});

test('without the lease nothing is removed', async () => {
  const { removals, purged, lose } = scene();
  removals.ended(3);
  lose();
  await expect(removals.flush()).rejects.toMatchObject({ reason: 'LEASE_LOST' });
  expect(purged).toEqual([]);
});
