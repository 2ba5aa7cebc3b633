import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import { superviseSession } from './supervise-session.ts';

/** Time that passes only by waiting. */
const clockAt = (start: number) => {
  let time = start;
  return {
    now: () => time,
    monotonic: () => time,
    sleep: async (ms: number) => {
      time += ms;
    },
  };
};

test('sessions follow one another with growing delays, which begin anew after a good one', async () => {
  const stop = new AbortController();
  const clock = clockAt(0);
  const delays: number[] = [];
  let running = 0;
  let count = 0;
  await superviseSession(
    {
      clock,
      backoff: { initial: 100, factor: 2, max: 1000, jitter: 0 },
      onEnd: ({ error, delayMs }) => {
        expect(error?.code).toBe(count === 4 ? undefined : 'UNAVAILABLE');
        delays.push(delayMs);
      },
      session: async (signal, established) => {
        expect((running += 1)).toBe(1);
        count += 1;
        try {
          if (count === 2) established();
          if (count === 4) {
            established();
            await clock.sleep(10_000);
            return;
          }
          if (count === 6) stop.abort();
          signal.throwIfAborted();
          throw new AxionError('UNAVAILABLE', 'gone');
        } finally {
          running -= 1;
        }
      },
    },
    stop.signal,
  );
  expect(delays).toEqual([100, 200, 400, 100, 200]);
});

test('a wait between sessions ends when the supervisor is stopped', async () => {
  const stop = new AbortController();
  const backoff = { initial: 60_000, factor: 1, max: 60_000, jitter: 0 };
  const session = () => Promise.reject(new Error('no'));
  await superviseSession({ session, backoff, onEnd: () => queueMicrotask(() => stop.abort()) }, stop.signal);
});
