import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import { expect, test } from 'vitest';
import { isLost, whileItServes } from './while-it-serves.ts';

const steps = (): Clock & { at: number } => {
  const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at, sleep: async (ms: number, signal?: AbortSignal) => (signal?.throwIfAborted(), void (clock.at += ms)) };
  return clock;
};
const never = (): Promise<never> => new Promise<never>(() => undefined);

test.each([
  ['that is gone', 3, (): Promise<number> => Promise.reject(new AxionError('UNAVAILABLE', 'nobody answers on the bus'))],
  ['that was started since', 3, async (): Promise<number> => 400],
])('a call to an executor %s is given up within seconds', async (_name, looks, then) => {
  const clock = steps();
  let looked = 0;
  const error: unknown = await whileItServes(never, async () => ((looked += 1) < looks ? clock.at + 60_000 : then()), clock).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'UNAVAILABLE' });
  expect(isLost(error)).toBe(true);
  expect(clock.at).toBe(3000);
});

test('one that is at work is waited for, and whether it is silent or not nobody else is asked', async () => {
  const clock = steps();
  const work = Promise.withResolvers<string>();
  let looked = 0;
  const servingMs = async (): Promise<number> => {
    looked += 1;
    if (looked === 5) work.resolve('applied');
    if (looked % 2 === 0) throw new AxionError('DEADLINE_EXCEEDED', 'it did not answer in time');
    return clock.at + 1;
  };
  expect(await whileItServes(() => work.promise, servingMs, clock)).toBe('applied');
  const refused = new AxionError('NOT_FOUND', 'workload not found: web');
  await expect(whileItServes(() => Promise.reject(refused), servingMs, clock)).rejects.toBe(refused);
});
