import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import type { Found, Instance, Observed } from '../drivers/driver.ts';
import type { Failure, WorkloadRecord } from '../workload/record.ts';
import { planKeep } from './plan-keep.ts';

const NOW = 1_000_000;
const unknown: Observed<Found> = { known: false, because: new AxionError('UNAVAILABLE', 'the engine does not answer', { reason: 'ENGINE_UNREACHABLE' }) };
const seen = (value: Found): Observed<Found> => ({ known: true, value });
const instance = (over: Partial<Instance> = {}): Instance => ({
  id: 'w',
  revision: 'r1',
  memo: 'm',
  state: 'running',
  message: '',
  metadata: {},
  selfHealing: false,
  completed: false,
  mixed: false,
  ...over,
});
const record = (over: Partial<WorkloadRecord> = {}): WorkloadRecord => ({
  id: 'w',
  type: 'container',
  desired: 'running',
  current: { revision: 'r1', memo: 'm' },
  created_at: 0,
  updated_at: 0,
  ...over,
});
const failure = (over: Partial<Failure> = {}): Failure => ({ revision: 'r1', reason: 'RUNTIME_ERROR', message: 'x', at: NOW - 10, attempts: 1, next_retry_at: NOW + 5000, ...over });
const pending = { revision: 'r2', memo: 'm', task_id: 't', desired: 'running', accepted_at: NOW - 1000 } as const;
const deleting = { task_id: 't', accepted_at: NOW - 1000 };

test.each<[string, WorkloadRecord, Observed<Found>, string]>([
  ['runs as asked', record(), seen(instance()), 'nothing'],
  ['is gone', record(), seen('absent'), 'recreate'],
  ['is gone, and its spec too', record({ current: { revision: 'r1' } }), seen('absent'), 'lost-spec'],
  ['stopped by somebody', record(), seen(instance({ state: 'stopped' })), 'start'],
  ['crashed', record(), seen(instance({ state: 'failed' })), 'start'],
  ['crashed again, its retry is not due', record({ failure: failure() }), seen(instance({ state: 'failed' })), 'nothing'],
  ['crashed again, its retry is due', record({ failure: failure({ next_retry_at: NOW }) }), seen(instance({ state: 'failed' })), 'start'],
  ['crashed for good', record({ failure: failure({ terminal: 'no' }) }), seen(instance({ state: 'failed' })), 'nothing'],
  ['the engine brings it back', record(), seen(instance({ state: 'failed', selfHealing: true })), 'nothing'],
  ['a job that ended well', record(), seen(instance({ state: 'stopped', completed: true })), 'nothing'],
  ['runs though it should not', record({ desired: 'stopped' }), seen(instance()), 'stop'],
  ['is stopped as asked', record({ desired: 'stopped' }), seen(instance({ state: 'stopped' })), 'nothing'],
  ['another revision stands', record(), seen(instance({ revision: 'r0' })), 'recreate'],
  ['taken over, without a revision', record(), seen(instance({ revision: undefined })), 'nothing'],
  ['parts of two revisions stand', record(), seen(instance({ mixed: true })), 'recreate'],
  ['well again for long', record({ failure: failure({ at: NOW - 61_000, next_retry_at: NOW }) }), seen(instance()), 'recovered'],
  ['well again just now', record({ failure: failure({ next_retry_at: NOW }) }), seen(instance()), 'nothing'],
  ['something new was accepted', record({ pending }), seen(instance()), 'settle'],
  ['something new failed, its retry is not due, the old one crashed', record({ pending, failure: failure({ revision: 'r2' }) }), seen(instance({ state: 'failed' })), 'start'],
  ['something new failed for good, the old one runs', record({ pending, failure: failure({ revision: 'r2', terminal: 'no' }) }), seen(instance()), 'nothing'],
  ['is to be deleted', record({ deleting }), seen(instance()), 'settle'],
  ['could not be deleted yet', record({ deleting, failure: failure() }), seen(instance()), 'nothing'],
])('%s', (_, given, observed, step) => {
  expect(planKeep(given, observed, NOW, { pendingTimeoutMs: 300_000 })).toBe(step);
});

test('unknown is not gone: from it nothing follows, whatever was asked', () => {
  for (const given of [record(), record({ desired: 'stopped' }), record({ pending }), record({ deleting }), record({ failure: failure({ next_retry_at: 0 }) })]) {
    expect(planKeep(given, unknown, NOW, { pendingTimeoutMs: 300_000 })).toBe('nothing');
  }
});

test('a node that is drained stops what runs, and starts and makes nothing', () => {
  const rules = { pendingTimeoutMs: 300_000, draining: true };
  expect(planKeep(record(), seen(instance()), NOW, rules)).toBe('stop');
  expect(planKeep(record(), seen(instance({ state: 'failed' })), NOW, rules)).toBe('nothing');
  expect(planKeep(record(), seen('absent'), NOW, rules)).toBe('nothing');
  expect(planKeep(record({ pending }), seen('absent'), NOW, rules)).toBe('nothing');
  expect(planKeep(record({ deleting }), seen(instance()), NOW, rules)).toBe('settle');
});

test('what waits for too long is said to be stuck, once', () => {
  const rules = { pendingTimeoutMs: 300_000 };
  const late = { ...pending, accepted_at: NOW - 300_001 };
  expect(planKeep(record({ pending: late }), unknown, NOW, rules)).toBe('stuck');
  expect(planKeep(record({ pending: late, failure: failure({ revision: 'r2' }) }), unknown, NOW, rules)).toBe('nothing');
  // On a node that is drained it waits as well.
  expect(planKeep(record({ pending: late }), seen('absent'), NOW, { ...rules, draining: true })).toBe('stuck');
  expect(planKeep(record({ pending: late }), seen('absent'), NOW, rules)).toBe('settle');
});
