import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { calmRequestQueues } from './request-queue.ts';

beforeEach(() => {
  calmRequestQueues();
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => void vi.useRealTimers());

type Parts = Partial<Pick<RequestQueue, 'requestTimeout' | 'throttledUntil' | 'pending' | 'inflight' | 'isConnected'>>;

/** A queue of kafkajs with these parts, on a connection that never sends. */
const queue = (parts: Parts = {}): RequestQueue => {
  const Queue = RequestQueue as unknown as new (options: object) => RequestQueue;
  const made = new Queue({ enforceRequestTimeout: true, requestTimeout: 30_000, maxInFlightRequests: 1, logger: { debug() {} } });
  return Object.assign(made, parts);
};

test('nothing waits: no timer', () => {
  queue().scheduleCheckPendingRequests();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ['soon, when it waits for another’s answer', -1, 10],
  ['when the broker’s pause is over', 1_000_400, 400],
])('what waits is looked at %s', (_what, throttledUntil, after) => {
  const waiting = queue({ throttledUntil, pending: [{ sentAt: 0, requestTimeout: 0, timeoutRequest() {} }] });
  const look = vi.spyOn(waiting, 'checkPendingRequests').mockReturnValue();
  waiting.scheduleCheckPendingRequests();
  waiting.scheduleCheckPendingRequests();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(after - 1);
  expect(look).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(look).toHaveBeenCalledOnce();
});

test('a request that nobody answers is ended, at most five seconds late; with its connection the timer goes', () => {
  const timeoutRequest = vi.fn();
  let connected = true;
  const silent = queue({ inflight: new Map([[1, { sentAt: Date.now(), requestTimeout: 12_000, timeoutRequest }]]), isConnected: () => connected });
  silent.scheduleRequestTimeoutCheck();
  vi.advanceTimersByTime(10_000);
  expect(timeoutRequest).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5000);
  expect(timeoutRequest).toHaveBeenCalled();
  connected = false;
  vi.advanceTimersByTime(5000);
  expect(vi.getTimerCount()).toBe(0);
});
