import { expect, test } from 'vitest';
import { untilAborted } from '@axion/core';
import { Lookout } from './lookout.ts';

test('it looks at the start, after events once they have settled, and in time; what a look throws ends nothing', async () => {
  const seen: string[] = [];
  const idle = Promise.withResolvers<void>();
  const wakes = ['event', 'time'] as const;
  let next = 0;
  const lookout = new Lookout({
    wake: () => ({
      next: async (ms, signal) => {
        const by = wakes[next++];
        seen.push(`waits ${ms}`);
        if (by !== undefined) return by;
        idle.resolve();
        return untilAborted(new Promise<never>(() => undefined), signal);
      },
      stop: () => void seen.push('stopped'),
    }),
    clock: { now: () => 0, monotonic: () => 0, sleep: async (ms) => void seen.push(`settles ${ms}`) },
    everyMs: 60,
    settleMs: 2,
    look: async () => {
      seen.push('looks');
      throw new Error('away');
    },
  });
  lookout.start();
  await idle.promise;
  await lookout.stop();
  expect(seen).toEqual(['looks', 'waits 60', 'settles 2', 'looks', 'waits 60', 'looks', 'waits 60', 'stopped']);
});
