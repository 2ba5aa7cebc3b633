import { setImmediate as turn } from 'node:timers/promises';
import { decodeSampleBatch } from '@axion/contracts';
import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { LatestSamples } from './latest-samples.ts';
import { gauge } from './sample-group.ts';
import type { SampleGroup } from './sample-group.ts';
import { Sampler } from './sampler.ts';
import { toldCheck } from './told-check.ts';

const good: SampleGroup = { name: 'good', collect: () => [gauge('node_load1', 'Load.', [], [[1]])] };
const bad: SampleGroup = {
  name: 'disk',
  collect: () => {
    throw new AxionError('PERMISSION_DENIED', 'cannot read /proc/diskstats: EACCES');
  },
};

/** A sampler whose time passes only when the test says so. */
const rig = (groups: readonly SampleGroup[]) => {
  let ticks: PromiseWithResolvers<void> | undefined;
  const seen = { stored: [] as Uint8Array[], health: [] as string[], dropped: 0, refuse: undefined as AxionError | undefined };
  const health = (check: string) => ({
    healthy: () => void seen.health.push(`${check} healthy`),
    degraded: (message: string) => void seen.health.push(`${check} degraded: ${message}`),
  });
  const latest = new LatestSamples(30_000, () => 0);
  const sampler = new Sampler({
    groups,
    store: {
      publish: async (_kind, data) => {
        if (seen.refuse !== undefined) throw seen.refuse;
        seen.stored.push(data);
      },
    },
    latest,
    measures: { passed: () => {}, dropped: () => void seen.dropped++ },
    collection: health('collection'),
    delivery: health('delivery'),
    clock: {
      now: () => 1_234,
      monotonic: () => 0,
      sleep: async (_ms, signal) => {
        ticks = Promise.withResolvers();
        signal?.addEventListener('abort', () => ticks?.reject(signal.reason));
        await ticks.promise;
      },
    },
    interval: 10_000,
    publishTimeout: 1_000,
  });
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  return {
    sampler,
    latest,
    seen,
    settle,
    nextTick: async () => {
      ticks?.resolve();
      await settle();
    },
  };
};

test('a group that cannot be read is missing, named, and comes back', async () => {
  let broken = true;
  const { sampler, seen, settle, nextTick, latest } = rig([good, { name: 'disk', collect: () => (broken ? bad.collect() : []) }]);
  await sampler.start();
  await settle();
  expect(seen.health).toEqual(['collection degraded: without disk (cannot read /proc/diskstats: EACCES)', 'delivery healthy']);
  expect(decodeSampleBatch(seen.stored[0]!)).toEqual({ version: 1, at: 1_234, families: [{ name: 'node_load1', type: 'gauge', labels: [], rows: [[1]] }] });
  expect(latest.scraped()).toMatchObject([{ name: 'node_load1', help: 'Load.', values: [{ value: 1, labels: {} }] }]);
  broken = false;
  await nextTick();
  expect(seen.health.at(-2)).toBe('collection healthy');
  await sampler.stop();
});

test('a bus that is away costs batches, which are counted, and not the sampler', async () => {
  const { sampler, seen, settle, nextTick } = rig([good]);
  seen.refuse = new AxionError('UNAVAILABLE', 'the bus is away');
  await sampler.start();
  await settle();
  expect(seen).toMatchObject({ dropped: 1, stored: [] });
  expect(seen.health.at(-1)).toBe('delivery degraded: samples are being dropped: the bus is away');
  seen.refuse = undefined;
  await nextTick();
  expect(seen.health.at(-1)).toBe('delivery healthy');
  expect(seen.stored).toHaveLength(1);
  await sampler.stop();
});

test('the log hears of each change once', () => {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(`info ${line}`), warn: (line: string) => void lines.push(`warn ${line}`) };
  const check = toldCheck('delivery', { healthy: () => {}, degraded: () => {} }, log);
  check.healthy();
  for (const message of ['away', 'away', 'full']) check.degraded(message);
  check.healthy();
  check.healthy();
  expect(lines).toEqual(['warn delivery is degraded: away', 'warn delivery is degraded: full', 'info delivery is healthy again']);
});

test('the series of a sampler that got stuck are gone after a while', () => {
  let now = 0;
  const latest = new LatestSamples(30_000, () => now);
  latest.replace(good.collect() as never);
  now = 30_000;
  expect(latest.scraped()).toHaveLength(1);
  now = 30_001;
  expect(latest.scraped()).toEqual([]);
});
