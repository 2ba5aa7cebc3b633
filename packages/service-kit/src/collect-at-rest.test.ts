import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { collectAtRest } from './collect-at-rest.ts';

const PERIOD = 1000;
const process = { heap: 20, cpu: 0 };
const collect = vi.fn(() => void (process.heap = 10));
const trim = vi.fn();
let running: Disposable;

/** One period with `share` of a core used in it. */
const pass = (share: number): void => {
  process.cpu += share * PERIOD * 1000;
  vi.advanceTimersByTime(PERIOD);
};

beforeEach(() => {
  vi.useFakeTimers();
  collect.mockClear();
  trim.mockClear();
  Object.assign(process, { heap: 20, cpu: 0 });
  running = collectAtRest({ collect, trim }, { heap: () => process.heap, cpu: () => process.cpu }, PERIOD);
});

afterEach(() => {
  running[Symbol.dispose]();
  vi.useRealTimers();
});

test('collects once when the start is over, and not again for small growth', () => {
  pass(0.8);
  expect(collect).toHaveBeenCalledTimes(0);
  pass(0.001);
  process.heap = 12;
  pass(0.001);
  expect(collect).toHaveBeenCalledTimes(1);
});

test('collects once more when a minute has passed since the start was over', () => {
  for (let looks = 0; looks < 4; looks += 1) pass(0);
  expect(collect).toHaveBeenCalledTimes(1);
  pass(0);
  expect(collect).toHaveBeenCalledTimes(2);
  for (let looks = 0; looks < 40; looks += 1) pass(0);
  expect(collect).toHaveBeenCalledTimes(2);
});

test('collects small growth when it has gathered for minutes', () => {
  for (let looks = 0; looks < 5; looks += 1) pass(0);
  process.heap = 11.5;
  for (let looks = 0; looks < 19; looks += 1) pass(0);
  expect(collect).toHaveBeenCalledTimes(2);
  pass(0);
  expect(collect).toHaveBeenCalledTimes(3);
});

test('asks the allocator every few minutes at rest, and never while there is work', () => {
  for (let looks = 0; looks < 5 + 19; looks += 1) pass(0);
  expect(trim).toHaveBeenCalledTimes(0);
  pass(0);
  expect(trim).toHaveBeenCalledTimes(1);
  for (let looks = 0; looks < 20; looks += 1) pass(0.5);
  expect(trim).toHaveBeenCalledTimes(1);
});

test('collects again after a burst, once it is over', () => {
  pass(0);
  process.heap = 60;
  pass(0.5);
  expect(collect).toHaveBeenCalledTimes(1);
  pass(0.01);
  expect(collect).toHaveBeenCalledTimes(2);
  pass(0);
  expect(collect).toHaveBeenCalledTimes(2);
});

test('stops when disposed', () => {
  running[Symbol.dispose]();
  pass(0);
  expect(collect).not.toHaveBeenCalled();
});
