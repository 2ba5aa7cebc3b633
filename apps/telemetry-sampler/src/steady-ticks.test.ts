import { expect, test } from 'vitest';
import type { Clock } from '@axion/core';
import { steadyTicks } from './steady-ticks.ts';

/** A clock that is as late as a busy machine's. */
class LateClock implements Clock {
  #at = 1_000;
  readonly lateBy: number;

  constructor(lateBy: number) {
    this.lateBy = lateBy;
  }

  now(): number {
    return this.#at;
  }

  monotonic(): number {
    return this.#at;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#at += ms + this.lateBy;
  }

  pass(ms: number): void {
    this.#at += ms;
  }
}

const startsOf = async (lateBy: number, durations: readonly number[]): Promise<number[]> => {
  const clock = new LateClock(lateBy);
  const stop = new AbortController();
  const starts: number[] = [];
  await steadyTicks(
    100,
    async () => {
      starts.push(clock.monotonic() - 1_000);
      clock.pass(durations[starts.length - 1] ?? 0);
      if (starts.length === durations.length) stop.abort();
    },
    clock,
    stop.signal,
  );
  return starts;
};

test.each([
  ['keeps the interval whatever a call takes', 0, [0, 30, 99, 0], [0, 100, 200, 300]],
  ['does not carry lateness on', 7, [0, 0, 0, 0], [0, 107, 207, 307]],
  ['leaves out what a long call covered, and keeps the beat', 0, [0, 250, 0, 0], [0, 100, 400, 500]],
  ['leaves out a tick that a call just touched', 0, [100, 0], [0, 200]],
])('%s', async (_what, lateBy, durations, expected) => {
  expect(await startsOf(lateBy, durations)).toEqual(expected);
});

test('does nothing when it is stopped before it begins', async () => {
  const calls: number[] = [];
  await steadyTicks(100, async () => void calls.push(1), new LateClock(0), AbortSignal.abort());
  expect(calls).toEqual([]);
});
