import { Metric } from '@axion/contracts/proto/axion/runner/metrics';
import { expect, test } from 'vitest';
import { MetricsLedger } from './metrics-ledger.ts';

const metric = (name: string, labels: Record<string, string> = {}): Metric => Metric.fromPartial({ name, labels });

test('values of one moment add up over calls, and repetitions are told apart', () => {
  const ledger = new MetricsLedger();
  ledger.add({ timestamp: 20, metrics: [metric('a', { x: '1', y: '2' }), metric('a', { x: '2', y: '1' })] });
  ledger.add({ timestamp: 20, metrics: [metric('b'), metric('a', { y: '2', x: '1' })] });
  ledger.add({ timestamp: 10, metrics: [metric('a')] });
  expect(ledger.count()).toEqual({ calls: 3, values: 4, repeated: 1, passes: 2, latest_passes: [10, 20], names: ['a', 'b'] });
});

test('what was forgotten still counts', () => {
  const ledger = new MetricsLedger();
  for (let at = 1; at <= 1200; at += 1) ledger.add({ timestamp: at, metrics: [metric('a')] });
  expect(ledger.count()).toMatchObject({ passes: 1200, values: 1200, repeated: 0 });
});
