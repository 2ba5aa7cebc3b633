import { randomBytes } from 'node:crypto';
import type { Bucket } from '@axion/bus';
import { systemClock } from '@axion/core';
import { SealedBox } from '@axion/service-kit';
import type { Logger } from '@axion/service-kit';
import { expect, test } from 'vitest';
import { planKeep } from '../plan/plan-keep.ts';
import { WorkloadBook } from '../store/workload-book.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import { doKeepStep, noteStuck } from './keep-step.ts';
import type { KeeperParts } from './keeper-parts.ts';

test('what is stuck is said to be, and nothing of what was asked or stands is touched', async () => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Logger;
  const stored = new Map<string, unknown>();
  const bucket = { put: async (key: string, value: unknown) => void stored.set(key, value) } as unknown as Bucket<WorkloadRecord>;
  const book = new WorkloadBook({ bucket, box: new SealedBox(randomBytes(32)), clock: systemClock, log });
  const accepted = systemClock.now() - 301_000;
  const record = await book.update('w', () => ({ id: 'w', type: 'container', desired: 'running', current: { revision: 'r1', memo: 'm' }, pending: { revision: 'r2', memo: 'n', task_id: 't', desired: 'stopped', accepted_at: accepted }, created_at: 1, updated_at: 1 }));
  const drivers = { of: () => expect.unreachable('no runtime is touched') };
  const parts = { book, drivers, clock: systemClock, log, settings: { pendingTimeoutMs: 300_000, width: 1 } } as unknown as KeeperParts;

  await doKeepStep(parts, 'stuck', record!, 'absent', new AbortController().signal);

  const { failure, updated_at: _at, ...rest } = book.get('w')!;
  expect({ ...rest, updated_at: record!.updated_at }).toEqual(record);
  expect(failure).toMatchObject({ revision: 'r2', reason: 'RUNTIME_ERROR', message: expect.stringContaining('more than 300 s') as string });
  expect(failure?.terminal).toBeUndefined();
  expect(failure?.message).toContain('its runtime does not answer');
  expect(stored.get('w')).toEqual(book.get('w'));
  // As soon as the runtime answers, it goes on.
  expect(planKeep(book.get('w')!, { known: true, value: 'absent' }, systemClock.now(), { pendingTimeoutMs: 300_000 })).toBe('settle');
});

test.each([
  ['before this process did: it may have ended with the machine, which is no fault of its own', '2026-01-01T00:00:00Z', undefined],
  ['under this process: it ended by itself', '2026-01-01T00:00:02Z', { attempts: 1, reason: expect.any(String) as string }],
])('a container is started again that began %s', async (_what, startedAt, failure) => {
  const log = { info: () => undefined } as unknown as Logger;
  const book = new WorkloadBook({ bucket: { put: async () => undefined } as unknown as Bucket<WorkloadRecord>, box: new SealedBox(randomBytes(32)), clock: systemClock, log });
  const record = await book.update('w', () => ({ id: 'w', type: 'container', desired: 'running', current: { revision: 'r1', memo: 'm' }, created_at: 1, updated_at: 1 }));
  const started: string[] = [];
  const drivers = { of: () => ({ start: async (id: string) => void started.push(id) }) };
  const history = { created: () => undefined, started: () => undefined, ended: () => undefined };
  const parts = { book, drivers, history, clock: systemClock, log, settings: { pendingTimeoutMs: 300_000, width: 1, since: Date.parse('2026-01-01T00:00:01Z') } } as unknown as KeeperParts;
  const found = { id: 'w', revision: 'r1', memo: 'm', state: 'failed', message: 'exited: exit code 255', metadata: { 'container.started_at': startedAt }, selfHealing: false, completed: false, mixed: false } as const;

  await doKeepStep(parts, 'start', record!, found, new AbortController().signal);

  expect(started).toEqual(['w']);
  if (failure === undefined) expect(book.get('w')).not.toHaveProperty('failure');
  else expect(book.get('w')?.failure).toMatchObject(failure);
});

test('what was brought about in the meantime is not stuck', async () => {
  const log = { warn: () => undefined } as unknown as Logger;
  const book = new WorkloadBook({ bucket: { put: async () => undefined } as unknown as Bucket<WorkloadRecord>, box: new SealedBox(randomBytes(32)), clock: systemClock, log });
  const parts = { book, clock: systemClock, log, settings: { pendingTimeoutMs: 300_000, width: 1 } } as unknown as KeeperParts;
  const base = { id: 'w', type: 'container', desired: 'running', created_at: 1, updated_at: 1 } as const;
  const waits = await book.update('w', () => ({ ...base, pending: { revision: 'r1', memo: 'n', task_id: 't', desired: 'running', accepted_at: 1 } }));
  await book.update('w', () => ({ ...base, current: { revision: 'r1', memo: 'n' } }));
  await noteStuck(parts, waits!, 'others are worked on before it');
  expect(book.get('w')).not.toHaveProperty('failure');
});
