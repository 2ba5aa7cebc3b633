import { AxionError, systemClock } from '@axion/core';
import { expect, test } from 'vitest';
import type { Driver, Instance, Sighting } from '../drivers/driver.ts';
import { Reconciler } from './reconciler.ts';
import type { ReconcilerOptions } from './reconciler.ts';

test('a workload of which nothing could be learnt is unknown, one that a runtime does not have is absent', async () => {
  const because = new AxionError('DEADLINE_EXCEEDED', 'the engine shows nothing of its container', { reason: 'RUNTIME_AWAY' });
  const sighting: Sighting = { known: true, value: new Map([['a', { id: 'a', state: 'running' } as Instance]]), silent: new Map([['b', because]]) };
  const driver = { type: 'container', observe: async () => sighting } as unknown as Driver;
  const records = ['a', 'b', 'c'].map((id) => ({ id, type: 'container' }));
  const parts = { book: { all: () => records, get: () => undefined }, drivers: { all: () => [driver] }, clock: systemClock, log: {} };
  const reconciler = new Reconciler({ parts, keeper: {}, bookWasKept: true } as unknown as ReconcilerOptions);
  await reconciler.lookAtAll(new AbortController().signal);
  expect(Object.fromEntries(reconciler.seen)).toMatchObject({ a: { known: true, value: { state: 'running' } }, b: { known: false, because }, c: { known: true, value: 'absent' } });
});
