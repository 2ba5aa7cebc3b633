import { expect, test } from 'vitest';
import { AxionError, systemClock } from '@axion/core';
import type { Clock } from '@axion/core';
import { KeepOpen } from './keep-open.ts';

const build = (outcomes: (AxionError | 'stays' | 'cannot open')[]) => {
  const reports: string[] = [];
  const logged: string[] = [];
  const seen = { open: 0, most: 0, closed: 0 };
  const settled = Promise.withResolvers<void>();
  const clock: Clock = { ...systemClock, sleep: async (_ms, signal) => signal?.throwIfAborted() };
  const log = { debug: () => {}, info: () => {}, warn: (_: unknown, text: string) => logged.push(text) } as never;
  const kept = new KeepOpen({
    name: 'x',
    clock,
    log,
    health: { healthy: (text) => reports.push(text ?? 'ok'), degraded: (text) => reports.push(text), unhealthy: (text) => reports.push(text) },
    open: async () => {
      const outcome = outcomes.shift()!;
      if (outcomes.length === 0) settled.resolve();
      if (outcome === 'cannot open') throw new AxionError('UNAVAILABLE', 'nobody there');
      seen.open += 1;
      seen.most = Math.max(seen.most, seen.open);
      return {
        ended: outcome === 'stays' ? new Promise<never>(() => {}) : Promise.resolve(outcome),
        close: async () => {
          seen.open -= 1;
          seen.closed += 1;
        },
      };
    },
  });
  return { kept, reports, logged, seen, settled: settled.promise };
};

test('one session follows the other, never two at once, until it is stopped', async () => {
  const away = new AxionError('UNAVAILABLE', 'away');
  const { kept, reports, logged, seen, settled } = build([away, away, 'stays']);
  await kept.start();
  await settled;
  await kept.drain();
  expect(seen).toEqual({ open: 0, most: 1, closed: 3 });
  expect(reports).toEqual(['connecting', 'connected', 'away', 'connected', 'away', 'connected']);
  expect(logged).toHaveLength(2);
});

test('a failure that repeats is one line in the log', async () => {
  const { kept, reports, logged, settled } = build(['cannot open', 'cannot open', 'cannot open', 'stays']);
  await kept.start();
  await settled;
  await kept.drain();
  expect(logged).toHaveLength(1);
  expect(reports).toEqual(['connecting', 'nobody there', 'nobody there', 'nobody there', 'connected']);
});
