import { expect, test } from 'vitest';
import type { Clock } from '@axion/core';
import { Progress } from './progress.ts';

/** A clock whose sleeps end when it is moved on. */
const steppedClock = () => {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms) => new Promise((wake) => void sleepers.push({ at: now + ms, wake })),
  };
  const forward = async (ms: number): Promise<void> => {
    now += ms;
    for (const { at, wake } of sleepers) if (at <= now) wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, forward };
};

test('only what changed, at most one a second, the latest wins', async () => {
  const { clock, forward } = steppedClock();
  const sent: unknown[] = [];
  const progress = new Progress(async ({ n }) => void sent.push(n), clock);
  progress.offer({ n: 1 });
  progress.offer({ n: 1 });
  await forward(0);
  expect(sent).toEqual([1]);
  progress.offer({ n: 2 });
  progress.offer({ n: 3 });
  await forward(900);
  expect(sent).toEqual([1]);
  await forward(100);
  expect(sent).toEqual([1, 3]);
  await forward(5000);
  progress.offer({ n: 3 });
  await forward(0);
  expect(sent).toEqual([1, 3]);
  await progress.close();
});

test('nothing follows the close, and an event that cannot be sent stops nothing', async () => {
  const { clock, forward } = steppedClock();
  const sent: unknown[] = [];
  const progress = new Progress(async ({ n }) => {
    sent.push(n);
    throw new Error('the bus is away');
  }, clock);
  progress.offer({ n: 1 });
  await forward(0);
  progress.offer({ n: 2 });
  await progress.close();
  progress.offer({ n: 3 });
  await forward(9000);
  expect(sent).toEqual([1]);
});
