import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { failed, isDue } from './retry.ts';

const transient = new AxionError('UNAVAILABLE', 'the registry does not answer', { reason: 'REGISTRY_UNREACHABLE' });

test('a transient failure is tried again after 5, 10 and 20 s, then no more', () => {
  let failure = failed('r1', transient, undefined, 0);
  const delays = [];
  for (; failure.terminal === undefined; failure = failed('r1', transient, failure, failure.next_retry_at ?? 0)) delays.push((failure.next_retry_at ?? 0) - failure.at);
  expect(delays).toEqual([5000, 10_000, 20_000]);
  expect(failure).toMatchObject({ attempts: 4, terminal: '3 retries failed', reason: 'IMAGE_PULL_FAILED' });
});

test('storage that is away is waited for, however long it takes', () => {
  const words = 'cannot start: error while mounting volume /x: failed to mount local volume: mount :/x:/y, data: addr=10.0.0.1: connection refused';
  for (const away of [new AxionError('UNAVAILABLE', 'its server does not answer', { reason: 'STORAGE_AWAY' }), new AxionError('INTERNAL', words)]) {
    let failure = failed('r1', away, undefined, 0);
    for (let tries = 0; tries < 20; tries += 1) failure = failed('r1', away, failure, 0);
    expect(failure).toMatchObject({ attempts: 21, next_retry_at: 120_000, reason: 'STORAGE_ERROR' });
    expect(failure.terminal).toBeUndefined();
  }
});

test('a permanent failure is not tried again', () => {
  expect(failed('r1', new AxionError('NOT_FOUND', 'manifest unknown', { reason: 'IMAGE_NOT_FOUND' }), undefined, 0)).toMatchObject({ attempts: 1, terminal: 'trying again cannot help' });
});

test('another revision begins to count anew', () => {
  expect(failed('r2', transient, failed('r1', transient, undefined, 0), 9).attempts).toBe(1);
});

test('due is what never failed, or whose time has come', () => {
  const failure = failed('r1', transient, undefined, 1000);
  expect([isDue(undefined, 0), isDue(failure, 1000), isDue(failure, 6000), isDue({ ...failure, terminal: 'no' }, 9999)]).toEqual([true, false, true, false]);
});
