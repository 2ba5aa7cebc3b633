import { expect, test } from 'vitest';
import { add, line, NONE, passes, single } from './totals.ts';

test('the line that a run ends with', () => {
  expect(line(add(single(true), { passed: 4, failed: 1, skipped: 2 }))).toBe('5 passed, 1 failed, 2 skipped');
});

test('a run passes when something ran and nothing failed', () => {
  expect(passes(single(true))).toBe(true);
  expect(passes(add(single(true), single(false)))).toBe(false);
  expect(passes(NONE)).toBe(false);
  expect(passes({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
});
