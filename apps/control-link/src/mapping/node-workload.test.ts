import { ActualState, WorkloadStatus } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { FailureReason } from '@axion/contracts/proto/persys/control/v1/workload_status';
import { expect, test } from 'vitest';
import { nodeWorkload } from './node-workload.ts';

const status = (over: Partial<WorkloadStatus>): WorkloadStatus => WorkloadStatus.fromPartial({ id: 'web', type: 1, actualState: ActualState.RUNNING, message: 'Up', updatedAt: 1_700_000_000, ...over });

test.each([
  [ActualState.PENDING, 'Pending'],
  [ActualState.RUNNING, 'Running'],
  [ActualState.STOPPED, 'Stopped'],
  [ActualState.FAILED, 'Failed'],
  [ActualState.UNKNOWN, 'Unknown'],
  [ActualState.UNSPECIFIED, 'Unknown'],
])('state %s is %s', (actualState, state) => expect(nodeWorkload(status({ actualState })).state).toBe(state));

test('what runs has no reason, and the time since when', () => {
  expect(nodeWorkload(status({}))).toEqual({ workloadId: 'web', state: 'Running', failureReason: FailureReason.UNSPECIFIED, message: 'Up', lastTransition: new Date(1_700_000_000_000), reason: undefined, usage: undefined });
});

test('a failure is told with its code, its text and its next try', () => {
  const metadata = { failure_reason: 'NETWORK_ERROR', last_error: 'port 80 is taken', last_failure_at: '2026-01-02T03:04:05.000Z', next_retry_time: '2026-01-02T03:04:10.000Z', retry_terminal: 'false' };
  const { failureReason, reason } = nodeWorkload(status({ actualState: ActualState.FAILED, metadata }));
  expect(failureReason).toBe(FailureReason.NETWORK_ERROR);
  expect(reason).toEqual({ code: 'NETWORK_ERROR', message: 'port 80 is taken', lastTransition: new Date('2026-01-02T03:04:05Z'), nextRetryAt: new Date('2026-01-02T03:04:10Z'), retryable: true });
});

test('one for good is not retryable; a code that schedulers do not know is a runtime error', () => {
  const { failureReason, reason } = nodeWorkload(status({ metadata: { failure_reason: 'SOMETHING', last_error: 'x', retry_terminal: 'true' } }));
  expect(failureReason).toBe(FailureReason.RUNTIME_ERROR);
  expect(reason).toMatchObject({ code: 'SOMETHING', retryable: false, nextRetryAt: undefined });
});

test('what ended by itself is a runtime error that passes', () => {
  expect(nodeWorkload(status({ actualState: ActualState.FAILED, message: 'Exited (1)' }))).toMatchObject({ failureReason: FailureReason.RUNTIME_ERROR, reason: { code: 'RUNTIME_ERROR', message: 'Exited (1)', retryable: true } });
});

test('usage keeps its numbers and names its type', () => {
  const usage = { workloadId: 'web', type: 1 as const, cpuPercent: 12.5, memoryBytes: 2 ** 40, diskReadBytes: 1, diskWriteBytes: 2, netRxBytes: 3, netTxBytes: 4, collectedAt: 1_700_000_001, source: 'sampler' };
  expect(nodeWorkload(status({ usage })).usage).toEqual({ ...usage, type: 'container', collectedAt: new Date(1_700_000_001_000) });
});
