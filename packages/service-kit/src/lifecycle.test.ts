import { type Clock, systemClock } from '@axion/core';
import { expect, test } from 'vitest';
import { HealthReporter } from './health-reporter.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Logger } from './log.ts';
import type { Service } from './service.ts';

const clock: Clock = systemClock;

/** A lifecycle with short budgets, and everything that happened to it in order. */
const life = (): { seen: string[]; lifecycle: Lifecycle; health: HealthReporter; work: AbortController; service: (name: string, more?: Partial<Service>) => Service } => {
  const seen: string[] = [];
  const log = { debug: () => {}, warn: (_: unknown, msg: string) => void seen.push(`warned: ${msg}`) } as unknown as Logger;
  const health = new HealthReporter();
  health.onChange((snapshot) => seen.push(`is ${snapshot.lifecycle}`));
  const work = new AbortController();
  const owned = new AsyncDisposableStack();
  owned.defer(() => void seen.push('closed the first owned'));
  owned.defer(() => void seen.push('closed the last owned'));
  const lifecycle = new Lifecycle({ log, health, clock, budget: { drainMs: 30, closeMs: 30 }, owned, work });
  const service = (name: string, more: Partial<Service> = {}): Service => ({
    name,
    start: async () => void seen.push(`start ${name}`),
    drain: async () => void seen.push(`drain ${name}`),
    stop: async () => void seen.push(`stop ${name}`),
    ...more,
  });
  return { seen, lifecycle, health, work, service };
};

const never = (): Promise<never> => new Promise(() => {});

test('starts in order, drains, stops in reverse, closes what is owned last', async () => {
  const { seen, lifecycle, service, work } = life();
  await lifecycle.start([service('a'), service('b')]);
  expect(work.signal.aborted).toBe(false);
  expect(await lifecycle.stop()).toBe(true);
  expect(seen).toEqual([
    'start a',
    'start b',
    'is ready',
    'is draining',
    'drain b',
    'drain a',
    'stop b',
    'stop a',
    'closed the last owned',
    'closed the first owned',
    'is stopped',
  ]);
});

test('work ends when draining is over, not before', async () => {
  const { lifecycle, service, work } = life();
  const aborted: boolean[] = [];
  const look = async (): Promise<void> => void aborted.push(work.signal.aborted);
  await lifecycle.start([service('a', { drain: look, stop: look })]);
  await lifecycle.stop();
  expect(aborted).toEqual([false, true]);
});

test('a failing start stops only what was started', async () => {
  const { seen, lifecycle, service } = life();
  const broken = service('b', { start: () => Promise.reject(new Error('no')) });
  await expect(lifecycle.start([service('a'), broken, service('c')])).rejects.toThrow('no');
  lifecycle.markFailed();
  await lifecycle.stop();
  expect(seen).toEqual(['start a', 'is draining', 'drain a', 'stop a', 'closed the last owned', 'closed the first owned', 'is failed']);
});

test('drains run side by side: one that hangs costs the others nothing', async () => {
  const { seen, lifecycle, service } = life();
  await lifecycle.start([service('a'), service('b', { drain: never }), service('c', { drain: never })]);
  expect(await lifecycle.stop()).toBe(false);
  expect(seen.slice(4, 8)).toEqual(['is draining', 'drain a', 'warned: drain of c did not end well', 'warned: drain of b did not end well']);
  expect(seen.slice(8, 11)).toEqual(['stop c', 'stop b', 'stop a']);
});

test('a stop that throws or hangs does not keep the next from its turn', async () => {
  const { seen, lifecycle, service } = life();
  await lifecycle.start([service('a'), service('b', { stop: never }), service('c', { stop: () => Promise.reject(new Error('no')) })]);
  expect(await lifecycle.stop()).toBe(false);
  expect(seen).toContain('warned: stop of b did not end well');
  expect(seen.slice(-4)).toEqual(['stop a', 'closed the last owned', 'closed the first owned', 'is stopped']);
});

test('a stop during the start cancels it and then stops what was started', async () => {
  const { seen, lifecycle, service } = life();
  const waits = service('b', { start: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))) });
  const starting = lifecycle.start([service('a'), waits, service('c')]);
  await expect.poll(() => seen).toContain('start a');
  const stopping = lifecycle.stop();
  await expect(starting).rejects.toThrow('asked to stop');
  expect(await stopping).toBe(true);
  expect(seen).toEqual(['start a', 'is draining', 'drain a', 'stop a', 'closed the last owned', 'closed the first owned', 'is stopped']);
});

test('stopping twice does it once', async () => {
  const { seen, lifecycle, service } = life();
  await lifecycle.start([service('a')]);
  expect(await Promise.all([lifecycle.stop(), lifecycle.stop()])).toEqual([true, true]);
  expect(seen.filter((step) => step === 'stop a')).toHaveLength(1);
});
