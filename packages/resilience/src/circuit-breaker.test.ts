import { expect, test, vi } from 'vitest';
import { AxionError } from '@axion/core';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { BreakerState } from './circuit-breaker.ts';

const away = (): Promise<never> => Promise.reject(new AxionError('UNAVAILABLE', 'away'));
const refused = (): Promise<never> => Promise.reject(new AxionError('NOT_FOUND', 'unknown agent'));

test('it opens after so many failures in a row, tries once after a while, and waits longer each time', async () => {
  vi.useFakeTimers();
  try {
    const states: BreakerState[] = [];
    const breaker = new CircuitBreaker({
      name: 'the control plane',
      threshold: 3,
      openFor: { initial: 1000, factor: 2, max: 60_000, jitter: 0 },
      onChange: (state) => states.push(state),
    });
    for (let i = 0; i < 2; i += 1) await expect(breaker.run(away)).rejects.toThrow('away');
    await breaker.run(async () => 'well');
    for (let i = 0; i < 3; i += 1) await expect(breaker.run(away)).rejects.toThrow('away');
    const work = vi.fn(async () => 'called');
    await expect(breaker.run(work)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'CIRCUIT_OPEN' });
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    await expect(breaker.run(away)).rejects.toThrow('away');
    vi.advanceTimersByTime(1500);
    await expect(breaker.run(work)).rejects.toMatchObject({ reason: 'CIRCUIT_OPEN' });
    vi.advanceTimersByTime(500);
    expect(await breaker.run(work)).toBe('called');
    expect(breaker.state).toBe('closed');
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  } finally {
    vi.useRealTimers();
  }
});

test('an answer that refuses is no failure', async () => {
  const breaker = new CircuitBreaker({ name: 'x', threshold: 1, openFor: { initial: 1000, factor: 1, max: 1000, jitter: 0 } });
  for (let i = 0; i < 5; i += 1) await expect(breaker.run(refused)).rejects.toThrow('unknown agent');
  expect(breaker.state).toBe('closed');
});
