import { randomBytes } from 'node:crypto';
import type { Bucket } from '@axion/bus';
import { systemClock } from '@axion/core';
import { SealedBox } from '@axion/service-kit';
import type { Logger } from '@axion/service-kit';
import { expect, test } from 'vitest';
import { WorkloadBook } from './workload-book.ts';

const log = { warn: () => undefined } as unknown as Logger;
const box = new SealedBox(randomBytes(32));

const setup = () => {
  const stored = new Map<string, unknown>();
  const bucket = {
    entries: async () => [...stored].map(([key, value]) => ({ key, value, revision: 1 })),
    put: async (key: string, value: unknown) => void stored.set(key, value),
    delete: async (key: string) => void stored.delete(key),
  } as unknown as Bucket<never>;
  return { stored, book: () => new WorkloadBook({ bucket, box, clock: systemClock, log }) };
};

test('a book that was lost stays so until it is marked, also when the node is drained meanwhile', async () => {
  const { book } = setup();
  const first = book();
  expect(await first.open()).toBe(false);
  await first.setDraining(true);
  const second = book();
  expect(await second.open(), 'what stands is still to be taken over').toBe(false);
  expect(second.draining).toBe(true);
  await second.mark();
  const third = book();
  expect([await third.open(), third.draining]).toEqual([true, true]);
  await third.setDraining(false);
  expect(await book().open()).toBe(true);
});

test('a bus that comes back empty is given everything again', async () => {
  const { stored, book } = setup();
  const kept = book();
  await kept.open();
  await kept.restore();
  expect(stored.size, 'nothing is written for a book that was never whole').toBe(0);
  await kept.mark();
  await kept.update('w', () => ({ id: 'w', type: 'container', desired: 'running', created_at: 1, updated_at: 1 }));
  const before = new Map(stored);
  stored.clear();
  await kept.restore();
  expect([...stored.keys()].toSorted()).toEqual([...before.keys()].toSorted());
  expect(stored.get('w')).toEqual(before.get('w'));
});
