import type { SampleBatch, SampleRow } from '@axion/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPass, toMetricsBatch } from './metrics-batch.ts';

const pass = (...families: readonly (readonly [name: string, rows: number])[]): SampleBatch => ({
  version: 1,
  at: 1_700_000_000_123,
  families: families.map(([name, rows]) => ({
    name,
    type: 'gauge',
    labels: ['n'],
    rows: Array.from({ length: rows }, (_, index): SampleRow => [index, String(index)]),
  })),
});

test('a series becomes a metric with its labels by name', () => {
  const batch: SampleBatch = {
    version: 1,
    at: 5.4,
    families: [{ name: 'node_cpu_seconds_total', type: 'counter', labels: ['cpu', 'mode'], rows: [[1.5, '0', 'idle']] }],
  };
  expect(toMetricsBatch(batch)).toEqual({
    timestamp: 5,
    metrics: [{ name: 'node_cpu_seconds_total', type: 1, value: { $case: 'doubleValue', doubleValue: 1.5 }, labels: { cpu: '0', mode: 'idle' } }],
  });
});

test('the parts of a pass hold every series once, none more than allowed, all but the last full', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 10 }), fc.integer({ min: 1, max: 25 }), (sizes, size) => {
      const whole = pass(...sizes.map((rows, index) => [`m${index}`, rows] as const));
      const parts = splitPass(whole, size).map((part) => toMetricsBatch(part).metrics);
      expect(parts.flat()).toEqual(toMetricsBatch(whole).metrics);
      expect(parts.every((part, index) => (index < parts.length - 1 ? part.length === size : part.length > 0 && part.length <= size))).toBe(true);
    }),
  );
});
