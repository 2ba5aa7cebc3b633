import type { Bus } from '@axion/bus';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { expect, test } from 'vitest';
import { SampledUsage } from './sampled-usage.ts';

const { signal } = new AbortController();
const [one, other] = ['a'.repeat(64), 'b'.repeat(64)];

const rig = (sampled: readonly string[], read?: string) => {
  const time = { at: 1_000_000 };
  const clock: Clock = { now: () => time.at, monotonic: () => time.at, sleep: async () => undefined };
  const asked: string[] = [];
  /** A tenth of a processor for each container. */
  const series = (name: string, value: number) => ({ name, values: sampled.map((id) => ({ value, labels: { id: `/docker/${id}` } })) });
  const metrics = {
    scrape: async () => {
      asked.push('sampler');
      return sampled.length === 0 ? [] : [{ component: 'telemetry-sampler', metrics: [series('container_cpu_usage_seconds_total', time.at / 10_000), series('container_memory_working_set_bytes', 4096), series('container_network_receive_bytes_total', 7)] }];
    },
  } as unknown as Bus['metrics'];
  const engine = {
    containers: {
      stats: async (id: string) => {
        asked.push(id);
        return { cpuNanos: time.at * 1e5, memoryBytes: 1, diskReadBytes: 2, diskWriteBytes: 3, netRxBytes: 4, netTxBytes: 5, at: read === undefined ? time.at : Date.parse(read) };
      },
    },
  } as unknown as Pick<Engine, 'containers'>;
  return { usage: new SampledUsage({ metrics, engine, clock }), asked, pass: (ms: number) => void (time.at += ms) };
};

test('all containers are measured by one question to the sampler; the processor by two of its passes', async () => {
  const { usage, asked, pass } = rig([one, other]);
  const containers = new Map([['w', one], ['v', other]]);
  expect((await usage.of(containers, signal)).get('w')).toMatchObject({ cpuPercent: 0, memoryBytes: 4096, netRxBytes: 7, source: 'sampler' });
  pass(10_000);
  // The answer at hand is given at once, and the next one asked for meanwhile.
  await usage.of(containers, signal);
  pass(100);
  expect((await usage.of(containers, signal)).get('v')).toMatchObject({ cpuPercent: 10, source: 'sampler' });
  expect(new Set(asked)).toEqual(new Set(['sampler']));
});

test('a single one that no sampler knows is measured by the engine, many are not', async () => {
  const { usage, asked } = rig([]);
  expect((await usage.of(new Map([['w', one]]), signal)).get('w')).toMatchObject({ memoryBytes: 1, source: 'docker' });
  expect((await usage.of(new Map([['v', other], ['u', 'c'.repeat(64)]]), signal)).size).toBe(0);
  expect(asked.filter((each) => each !== 'sampler')).toEqual([one]);
});

test('a container that has ended uses nothing that anybody measured', async () => {
  const { usage } = rig([], '0001-01-01T00:00:00Z');
  expect((await usage.of(new Map([['w', one]]), signal)).size).toBe(0);
});
