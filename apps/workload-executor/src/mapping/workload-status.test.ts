import { DesiredState } from '@axion/contracts/proto/persys/agent/v1/workload';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { expect, test } from 'vitest';
import type { Instance } from '../drivers/driver.ts';
import type { WorkloadAction } from '../store/action-history.ts';
import type { Failure, WorkloadRecord } from '../workload/record.ts';
import { workloadStatus } from './workload-status.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const record = (over: Partial<WorkloadRecord> = {}): WorkloadRecord => ({ id: 'w', type: 'container', desired: 'running', current: { revision: 'r1', memo: 'm' }, created_at: AT, updated_at: AT + 1500, ...over });
const failure: Failure = { revision: 'r2', reason: 'IMAGE_NOT_FOUND', message: 'no such image', at: AT, attempts: 2, next_retry_at: AT + 10_000 };
const task: WorkloadAction = { task_id: 't', workload_id: 'w', action_type: 'apply', status: 'failed', error: '', created_at: 0, started_at: 0, ended_at: 0 };
const runs: Instance = { id: 'w', revision: 'r1', memo: 'm', state: 'running', message: 'running', metadata: { 'container.state': 'running', 'container.id': 'c' }, selfHealing: false, completed: false, mixed: false };
const none = { observed: undefined, task: undefined, usage: undefined };

test('what clients print: the runtime, the task, and why it is not as asked', () => {
  const status = workloadStatus(record({ pending: { revision: 'r2', memo: 'm', task_id: 't', desired: 'running', accepted_at: AT }, failure }), { observed: { known: true, value: runs }, task, usage: undefined });
  expect(status).toMatchObject({ id: 'w', revisionId: 'r1', desiredState: DesiredState.RUNNING, actualState: ActualState.RUNNING, createdAt: AT / 1000, updatedAt: AT / 1000 + 1 });
  expect(status.message).toBe('running; revision r2 could not be brought about: no such image');
  expect(status.metadata).toEqual({
    'container.state': 'running',
    'container.id': 'c',
    task_id: 't',
    task_status: 'failed',
    failure_reason: 'IMAGE_NOT_FOUND',
    last_error: 'no such image',
    last_failure_at: '2026-01-02T03:04:05.000Z',
    retry_attempts: '2',
    next_retry_time: '2026-01-02T03:04:15.000Z',
    retry_terminal: 'false',
  });
  const { next_retry_at: _none, ...base } = failure;
  expect(workloadStatus(record({ failure: { ...base, terminal: 'trying again cannot help' } }), none).metadata).toMatchObject({ retry_terminal: 'true', retry_terminal_reason: 'trying again cannot help' });
});

test('while it is brought about, the revision and state are those that are to be', () => {
  const pending = { revision: 'r2', memo: 'm', task_id: 't', desired: 'stopped', accepted_at: AT } as const;
  expect(workloadStatus(record({ pending }), none)).toMatchObject({ revisionId: 'r2', desiredState: DesiredState.STOPPED, actualState: ActualState.PENDING });
});

test('what is not known is said to be unknown, with the reason', () => {
  expect(workloadStatus(record(), none)).toMatchObject({ actualState: ActualState.UNKNOWN });
});
