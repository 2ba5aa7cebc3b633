import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import type { WorkloadStatus } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { DesiredState, WorkloadType } from '@axion/contracts/proto/persys/agent/v1/workload';
import type { Found, Observed, Usage } from '../drivers/driver.ts';
import { actualState } from '../plan/actual-state.ts';
import type { WorkloadAction } from '../store/action-history.ts';
import { shownRevision } from '../workload/record.ts';
import type { Failure, WorkloadRecord } from '../workload/record.ts';
import { WIRE_TYPES } from './wire-types.ts';

const STATES = {
  pending: ActualState.PENDING,
  running: ActualState.RUNNING,
  stopped: ActualState.STOPPED,
  failed: ActualState.FAILED,
  unknown: ActualState.UNKNOWN,
} as const;

const MAX_TEXT = 500;
export const seconds = (ms: number): number => Math.floor(ms / 1000);
const rfc3339 = (ms: number): string => new Date(ms).toISOString();

const failureMetadata = (failure: Failure): Record<string, string> => ({
  failure_reason: failure.reason,
  last_error: failure.message.slice(0, MAX_TEXT),
  last_failure_at: rfc3339(failure.at),
  retry_attempts: String(failure.attempts),
  ...(failure.next_retry_at === undefined ? {} : { next_retry_time: rfc3339(failure.next_retry_at) }),
  retry_terminal: String(failure.terminal !== undefined),
  ...(failure.terminal === undefined ? {} : { retry_terminal_reason: failure.terminal }),
});

export interface StatusSources {
  readonly observed: Observed<Found> | undefined;
  readonly task: WorkloadAction | undefined;
  readonly usage: Usage | undefined;
}

/** A workload's status as `persys.agent.v1` says it, with the metadata keys that its clients print. Pure. */
export const workloadStatus = (record: WorkloadRecord, { observed, task, usage }: StatusSources): WorkloadStatus => {
  const { id, pending, failure } = record;
  const { state, message } = actualState(record, observed);
  const underWay = pending !== undefined && failure === undefined;
  const found = observed?.known === true && observed.value !== 'absent' ? observed.value : undefined;
  const type = WIRE_TYPES[record.type];
  return {
    id,
    type,
    revisionId: underWay ? pending.revision : shownRevision(record),
    desiredState: (pending?.desired ?? record.desired) === 'stopped' ? DesiredState.STOPPED : DesiredState.RUNNING,
    actualState: STATES[state],
    message,
    createdAt: seconds(record.created_at),
    updatedAt: seconds(record.updated_at),
    metadata: {
      ...found?.metadata,
      ...(task === undefined ? {} : { task_id: task.task_id, task_status: task.status }),
      ...(failure === undefined ? {} : failureMetadata(failure)),
    },
    usage: usage && { workloadId: id, type, ...usage, collectedAt: seconds(usage.collectedAt) },
  };
};

export const isWireType = (type: number): boolean => type === WorkloadType.UNSPECIFIED || Object.values(WIRE_TYPES).some((known) => known === type);
