import { systemClock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import { expect, test } from 'vitest';
import type { WorkloadBook } from '../store/workload-book.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import { Drainer } from './drainer.ts';

const record = (id: string, created_at: number): WorkloadRecord => ({ id, type: 'container', desired: 'running', created_at, updated_at: 0 });

/** A drainer over three workloads; `during` runs while one is being stopped. */
const setup = (during: (id: string, book: { draining: boolean }, again: () => void) => void = () => {}) => {
  const book = { draining: true, all: () => [record('old', 1), record('young', 3), record('middle', 2)] };
  const steps: string[] = [];
  const ended = Promise.withResolvers<void>();
  const drainer: Drainer = new Drainer({
    parts: { book: book as unknown as WorkloadBook, clock: systemClock, log: {} as Logger },
    stop: async (id) => {
      steps.push(`stop ${id}`);
      during(id, book, () => drainer.nudge());
      await Promise.resolve();
      steps.push(`stopped ${id}`);
      if (id === 'old' || !book.draining) ended.resolve();
    },
    signal: new AbortController().signal,
  });
  drainer.nudge();
  return { steps, ended: ended.promise };
};

test('one after another, the youngest first', async () => {
  const { steps, ended } = setup();
  await ended;
  expect(steps).toEqual(['stop young', 'stopped young', 'stop middle', 'stopped middle', 'stop old', 'stopped old']);
});

test('a node that is taken back stops no more', async () => {
  const { steps, ended } = setup((id, book) => (book.draining = id !== 'young'));
  await ended;
  await Promise.resolve();
  expect(steps).toEqual(['stop young', 'stopped young']);
});

test('asked for again meanwhile, it goes round once more, and never twice at a time', async () => {
  let asked = false;
  let rounds = 0;
  const done = Promise.withResolvers<void>();
  const { steps } = setup((id, _, again) => {
    if (id === 'old' && (rounds += 1) === 2) done.resolve();
    if (asked) return;
    asked = true;
    again();
  });
  await done.promise;
  expect(steps.filter((step) => step === 'stop young')).toHaveLength(2);
  for (let at = 0; at + 1 < steps.length; at += 2) expect(steps[at + 1]).toBe(steps[at]!.replace('stop', 'stopped'));
});
