import { expect, test } from 'vitest';
import { boundFigure, median, percentile, ratioFigure } from './figures.ts';

test('median and percentiles', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(percentile([5, 1, 2, 3, 4], 0.5)).toBe(3);
  expect(percentile([1, 2], 0.99)).toBe(2);
});

test('a ratio is taken pair by pair', () => {
  expect(ratioFigure('x', [1, 20, 3], [2, 10, 6], 's', 0.6)).toMatchObject({ ours: 3, theirs: 6, value: 0.5, met: true });
  expect(ratioFigure('x', [1], [1], 's', 0.9).met).toBe(false);
});

test('bounds on either side', () => {
  expect(boundFigure('x', 5, 'ms', { atMost: 4 }).met).toBe(false);
  expect(boundFigure('x', 5, 'a second', { atLeast: 4 }).met).toBe(true);
});
