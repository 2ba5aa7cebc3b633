import type { SampleBatch, SampleType } from '@axion/contracts';
import { type Metric, type MetricsBatch, MetricType } from '@axion/contracts/proto/axion/runner/metrics';

const TYPES: Readonly<Record<SampleType, MetricType>> = { counter: MetricType.COUNTER, gauge: MetricType.GAUGE };

/** A pass as it goes over the wire: one metric a series. */
export const toMetricsBatch = ({ at, families }: SampleBatch): MetricsBatch => ({
  timestamp: Math.round(at),
  metrics: families.flatMap(({ name, type, labels, rows }) =>
    rows.map(
      ([value, ...cells]): Metric => ({
        name,
        type: TYPES[type],
        value: { $case: 'doubleValue', doubleValue: value },
        labels: Object.fromEntries(labels.map((label, index) => [label, cells[index] ?? ''])),
      }),
    ),
  ),
});

/** Cuts a pass into parts of at most `size` series, each with the moment of the whole. */
export const splitPass = (pass: SampleBatch, size: number): readonly SampleBatch[] => {
  const parts: SampleBatch[] = [];
  let families: SampleBatch['families'][number][] = [];
  let room = size;
  const close = (): void => {
    if (families.length > 0) parts.push({ ...pass, families });
    families = [];
    room = size;
  };
  for (const family of pass.families) {
    for (let from = 0; from < family.rows.length; ) {
      const rows = family.rows.slice(from, from + room);
      families.push({ ...family, rows });
      from += rows.length;
      room -= rows.length;
      if (room === 0) close();
    }
  }
  close();
  return parts;
};
