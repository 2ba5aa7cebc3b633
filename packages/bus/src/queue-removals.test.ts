import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import type { BusConnection } from './bus-connection.ts';
import { QueueRemovals } from './queue-removals.ts';
import type { StreamStore } from './stream-store.ts';

const scene = () => {
  const connection = { connected: true, epoch: 1 };
  const purged: unknown[] = [];
  const store = { purge: async (_what: string, stream: string, sequence: number, filter?: string) => purged.push([stream, sequence, filter]) };
  let held = true;
  const assertHeld = (): void => {
    if (!held) throw new AxionError('ABORTED', 'lost', { reason: 'LEASE_LOST' });
  };
  const removals = new QueueRemovals(connection as unknown as BusConnection, store as unknown as StreamStore, { executor: 'swarm', key: 'shop', lease: { assertHeld } });
  return { connection, purged, removals, lose: () => (held = false) };
};

test('one queue alone, up to a sequence', async () => {
  const { removals, purged } = scene();
  await removals.through(9);
  expect(purged).toEqual([['COMMANDS', 9, 'axion.cmd.swarm.shop']]);
});

test('numbers read before a reconnect remove nothing after it: the store may be another', async () => {
  const { removals, purged, connection } = scene();
  connection.epoch = 2;
  expect(removals.current).toBe(false);
  await removals.through(5000);
  expect(purged).toEqual([]);
});

test('without the lease nothing is removed', async () => {
  const { removals, purged, lose } = scene();
  lose();
  await expect(removals.through(3)).rejects.toMatchObject({ reason: 'LEASE_LOST' });
  expect(purged).toEqual([]);
});
