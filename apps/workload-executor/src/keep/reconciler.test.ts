import { AxionError, systemClock } from '@axion/core';
import type { Clock } from '@axion/core';
import { expect, test } from 'vitest';
import type { Driver, Instance, Observed, Sighting } from '../drivers/driver.ts';
import { Reconciler } from './reconciler.ts';
import type { ReconcilerOptions } from './reconciler.ts';

const { signal } = new AbortController();
const instance = (id: string, state: Instance['state'] = 'running'): Instance => ({ id, state }) as Instance;

/** A reconciler over one runtime, which shows what `show` says. Its loop waits; what the runtime tells goes through `tell`. */
const rig = (ids: readonly string[], show: (within: AbortSignal) => Promise<Sighting>, inspect?: () => Promise<Observed<Instance>>) => {
  const records = ids.map((id) => ({ id, type: 'container' }));
  const listening = Promise.withResolvers<(id: string | undefined) => void>();
  const at = { now: 0 };
  const follow = async (onChange: (id: string | undefined) => void, within: AbortSignal): Promise<void> => {
    listening.resolve(onChange);
    await new Promise((resolve) => within.addEventListener('abort', resolve));
  };
  const driver = { type: 'container', observe: show, inspect, follow, recover: async () => undefined } as unknown as Driver;
  const clock: Clock = { ...systemClock, monotonic: () => at.now };
  const book = { all: () => records, get: (id: string) => records.find((record) => record.id === id) };
  const parts = { book, drivers: { all: () => [driver], of: () => driver }, clock, log: {}, settings: {} };
  const keeper = { isBusy: () => true, idle: async () => undefined, close: async () => undefined };
  const options = { parts, keeper, bookWasKept: true, keeps: false, intervalMs: 3_600_000, onPass: () => undefined };
  return { reconciler: new Reconciler(options as unknown as ReconcilerOptions), tell: async (id?: string) => (await listening.promise)(id), at };
};

test('a workload of which nothing could be learnt is unknown, one that a runtime does not have is absent', async () => {
  const because = new AxionError('DEADLINE_EXCEEDED', 'the engine shows nothing of its container', { reason: 'RUNTIME_AWAY' });
  const { reconciler } = rig(['a', 'b', 'c'], async () => ({ known: true, value: new Map([['a', instance('a')]]), silent: new Map([['b', because]]) }));
  await reconciler.lookAtAll(signal);
  expect(Object.fromEntries(reconciler.seen)).toMatchObject({ a: { known: true, value: { state: 'running' } }, b: { known: false, because }, c: { known: true, value: 'absent' } });
});

test('what was seen before something happened is not told any more, also when the look was under way', async () => {
  const looks: PromiseWithResolvers<Sighting>[] = [];
  const both: Sighting = { known: true, value: new Map([['a', instance('a')], ['b', instance('b')]]) };
  const single = Promise.withResolvers<Observed<Instance>>();
  const { reconciler, tell } = rig(['a', 'b'], () => (looks.push(Promise.withResolvers()), looks.at(-1)!.promise), () => single.promise);
  const all = async (during?: () => Promise<void>): Promise<readonly string[]> => {
    const looked = reconciler.lookAtAll(signal);
    await during?.();
    for (const { resolve } of looks) resolve(both);
    await looked;
    return [...reconciler.seen.keys()];
  };
  await reconciler.start();
  expect(await all()).toEqual(['a', 'b']);
  await tell('a');
  expect([...reconciler.seen.keys()]).toEqual(['b']);
  expect(await all(() => tell('b'))).toEqual(['a']);
  const look = reconciler.look('b', signal);
  await tell('b');
  single.resolve({ known: true, value: instance('b') });
  expect(await look).toMatchObject({ value: { state: 'running' } });
  expect([...reconciler.seen.keys()]).toEqual(['a']);
  // A stream of events that was opened again has missed some.
  await tell();
  expect([...reconciler.seen.keys()]).toEqual([]);
  await reconciler.stop();
});

test('a runtime that shows nothing in time leaves its workloads unknown, whatever was seen of them before', async () => {
  let answers = true;
  const { reconciler } = rig(['a'], (within) => (answers ? Promise.resolve({ known: true, value: new Map([['a', instance('a')]]) }) : new Promise((_resolve, reject) => within.addEventListener('abort', () => reject(within.reason as Error)))));
  await reconciler.lookAtAll(signal);
  answers = false;
  await reconciler.lookAtAll(signal, 1);
  expect(reconciler.seen.get('a')).toMatchObject({ known: false, because: { code: 'DEADLINE_EXCEEDED', reason: 'RUNTIME_AWAY' } });
});

test('those who want to know at one time are shown one look, and what was seen a moment ago is fresh', async () => {
  let looks = 0;
  const { reconciler, at } = rig(['a'], async () => ((looks += 1), { known: true, value: new Map([['a', instance('a')]]) }));
  expect(reconciler.isFresh('container')).toBe(false);
  await Promise.all(Array.from({ length: 50 }, () => reconciler.glance('container', 1000)));
  expect(looks).toBe(1);
  at.now = 4000;
  expect(reconciler.isFresh('container')).toBe(true);
  at.now = 6000;
  expect(reconciler.isFresh('container')).toBe(false);
  expect(reconciler.isFresh('vm'), 'a runtime that is switched off').toBe(true);
  await reconciler.glance('container', 1000);
  expect(looks).toBe(2);
});
