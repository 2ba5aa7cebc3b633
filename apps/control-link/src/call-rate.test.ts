import { expect, test } from 'vitest';
import { CallRate } from './call-rate.ts';

test('a burst of a second begins at once, the rest at the rate', async () => {
  let time = 5000;
  const waits: number[] = [];
  const clock = { now: () => 0, monotonic: () => time, sleep: async (ms: number) => void waits.push(ms) };
  const rate = new CallRate(10, clock);
  const signal = new AbortController().signal;
  for (let call = 0; call < 12; call += 1) await rate.turn(signal);
  expect(waits).toEqual([100, 200]);
  time += 1200;
  for (let call = 0; call < 10; call += 1) await rate.turn(signal);
  expect(waits).toHaveLength(2);
});
