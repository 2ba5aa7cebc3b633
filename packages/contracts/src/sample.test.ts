import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeSampleBatch, encodeSampleBatch } from './sample.ts';
import type { SampleBatch } from './sample.ts';

const batch: SampleBatch = {
  version: 1,
  at: 1_760_000_000_123,
  families: [
    { name: 'node_load1', type: 'gauge', labels: [], rows: [[0.25]] },
    { name: 'node_cpu_seconds_total', type: 'counter', labels: ['cpu', 'mode'], rows: [[12.5, '0', 'idle'], [0, '0', 'user']] },
  ],
};

describe('sample batch', () => {
  test('comes back as it was sent', () => {
    expect(decodeSampleBatch(encodeSampleBatch(batch))).toEqual(batch);
  });

  test('leaves behind what only the sender needs', () => {
    const withHelp = { ...batch, families: batch.families.map((family) => ({ ...family, help: 'for people' })) };
    expect(decodeSampleBatch(encodeSampleBatch(withHelp))).toEqual(batch);
  });

  const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
  const withRows = (rows: unknown): unknown => ({ version: 1, at: 1, families: [{ name: 'a', type: 'gauge', labels: ['b'], rows }] });
  test.each([
    ['not gzip', new TextEncoder().encode('{}')],
    ['not JSON', gzipSync('{')],
    ['another version', packed({ version: 2, at: 1, families: [] })],
    ['a row short of a label', packed(withRows([[1]]))],
    ['a value that JSON could not hold', packed(withRows([[null, 'x']]))],
    ['a label that is no string', packed(withRows([[1, 2]]))],
  ])('refuses %s with a reason', (_what, bytes) => {
    expect(() => decodeSampleBatch(bytes)).toThrow(expect.objectContaining({ code: 'DATA_LOSS', retryable: false }));
  });
});
