import { AxionError, type Clock } from '@axion/core';
import { expect, test } from 'vitest';
import { CallPolicy } from './call-policy.ts';

const instant: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
const { signal } = new AbortController();
const policy = (retries: number, threshold = 100): CallPolicy =>
  new CallPolicy({ retries, threshold, callsPerSecond: 1000, onBreaker: () => {}, clock: instant });

const failing = (code: 'UNAVAILABLE' | 'NOT_FOUND', times = Infinity) => {
  const calls = { count: 0 };
  const call = async () => {
    calls.count += 1;
    if (calls.count <= times) throw new AxionError(code, 'no');
    return 'yes';
  };
  return { calls, call };
};

test('what may pass is tried again, as often as configured', async () => {
  const short = failing('UNAVAILABLE', 2);
  expect(await policy(3).run(short.call, signal)).toBe('yes');
  const long = failing('UNAVAILABLE');
  await expect(policy(3).run(long.call, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(long.calls.count).toBe(4);
});

test('a refusal is not tried again and leaves the breaker closed', async () => {
  const { calls, call } = failing('NOT_FOUND');
  const calm = policy(3, 1);
  await expect(calm.run(call, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(calm.run(call, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(calls.count).toBe(2);
});

test('after failures in a row nothing is called for a while', async () => {
  const { calls, call } = failing('UNAVAILABLE');
  const guarded = policy(9, 3);
  await expect(guarded.run(call, signal)).rejects.toMatchObject({ reason: 'CIRCUIT_OPEN' });
  await expect(guarded.run(call, signal)).rejects.toMatchObject({ reason: 'CIRCUIT_OPEN' });
  expect(calls.count).toBe(3);
});
