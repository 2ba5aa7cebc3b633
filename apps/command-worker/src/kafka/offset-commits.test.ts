import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OffsetTracker } from '../intake/offset-tracker.ts';
import { OffsetCommits } from './offset-commits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const scene = (enough: number) => {
  const tracker = new OffsetTracker();
  const committed: number[] = [];
  const commits = new OffsetCommits({ tracker, enough, commit: async (offsets) => void committed.push(offsets.get(0)!), onCommitted: () => undefined, onFailed: () => undefined });
  const finish = (...offsets: readonly number[]): void => {
    for (const offset of offsets) tracker.take(0, offset);
    for (const offset of offsets) {
      tracker.finish(0, offset);
      commits.kick();
    }
  };
  return { committed, finish };
};

test('the first is committed at once, what finishes after it gathers for a moment', async () => {
  const { committed, finish } = scene(10);
  finish(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(committed).toEqual([1]);
  finish(1, 2, 3);
  await vi.advanceTimersByTimeAsync(50);
  expect(committed).toEqual([1]);
  await vi.advanceTimersByTimeAsync(100);
  expect(committed).toEqual([1, 4]);
});

test('enough of them wait for no time: beyond that nothing more would be taken', async () => {
  const { committed, finish } = scene(3);
  finish(0);
  await vi.advanceTimersByTimeAsync(0);
  finish(1, 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(committed).toEqual([1]);
  finish(3);
  await vi.advanceTimersByTimeAsync(0);
  expect(committed).toEqual([1, 4]);
});
