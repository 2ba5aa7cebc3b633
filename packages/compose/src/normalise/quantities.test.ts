import { describe, expect, it } from 'vitest';
import { parseByteSize } from './byte-size.ts';
import { parseDuration } from './duration.ts';
import { parseNanoCpus } from './nano-cpus.ts';

describe('durations', () => {
  it.each([
    ['0', 0n],
    ['0s', 0n],
    ['1h2m3s4ms', 3_723_004_000_000n],
    ['1.5s', 1_500_000_000n],
    ['-5s', -5_000_000_000n],
    ['+.5m', 30_000_000_000n],
    ['1us', 1_000n],
    ['1µs', 1_000n],
  ])('%s is %s ns', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each(['', '10', '1d', '1 s', 's', '.s', '-', '1h-1m', '9999999999h'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('sizes', () => {
  it.each([
    ['512', 512],
    ['1b', 1],
    ['64m', 67_108_864],
    ['64MB', 67_108_864],
    ['1.5 GiB', 1_610_612_736],
    ['0.5', 0],
    ['1p', 2 ** 50],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each([
    ['', "invalid size: ''"],
    ['x', "invalid size: 'x'"],
    ['-1', "invalid size: '-1'"],
    ['512Mi', "invalid suffix: 'mi'"],
    ['1bb', "invalid suffix: 'bb'"],
  ])('%j is refused', (text, message) => {
    expect(() => parseByteSize(text)).toThrow(message);
  });
});

describe('cpus', () => {
  it.each([
    ['0.5', 500_000_000],
    ['2', 2_000_000_000],
    ['1/4', 250_000_000],
    ['1e-3', 1_000_000],
    ['-1', -1_000_000_000],
  ])('%s is %d billionths', (text, nano) => {
    expect(parseNanoCpus(text)).toBe(nano);
  });

  it.each([
    ['x', 'failed to parse x as a rational number'],
    ['1/0', 'failed to parse 1/0 as a rational number'],
    ['0.0000000001', 'value is too precise'],
  ])('%s is refused', (text, message) => {
    expect(() => parseNanoCpus(text)).toThrow(message);
  });
});
