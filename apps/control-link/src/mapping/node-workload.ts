import { WorkloadType } from '@axion/contracts/proto/persys/agent/v1/workload';
import { ActualState } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import type { WorkloadStatus as AgentStatus, WorkloadUsageSnapshot as AgentUsage } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { FailureReason } from '@axion/contracts/proto/persys/control/v1/workload_status';
import type { ReasonDetail, WorkloadStatus, WorkloadUsageSnapshot } from '@axion/contracts/proto/persys/control/v1/workload_status';

/** The states that schedulers know, letter by letter. */
const STATES: Readonly<Record<number, string>> = {
  [ActualState.PENDING]: 'Pending',
  [ActualState.RUNNING]: 'Running',
  [ActualState.STOPPED]: 'Stopped',
  [ActualState.FAILED]: 'Failed',
};

const TYPES: Readonly<Record<number, string>> = { [WorkloadType.CONTAINER]: 'container', [WorkloadType.COMPOSE]: 'compose', [WorkloadType.VM]: 'vm' };

const date = (text: string | undefined): Date | undefined => (text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text));
const ofSeconds = (seconds: number): Date => new Date(seconds * 1000);

/** Why it is not as asked. Told also of what runs: a newer revision may have failed while the old one goes on. */
const reasonOf = ({ metadata, actualState, message, updatedAt }: AgentStatus): ReasonDetail | undefined => {
  const code = metadata['failure_reason'];
  if (code !== undefined) {
    return {
      code,
      message: metadata['last_error'] ?? message,
      lastTransition: date(metadata['last_failure_at']),
      nextRetryAt: date(metadata['next_retry_time']),
      retryable: metadata['retry_terminal'] !== 'true',
    };
  }
  // It ended by itself; the agent is about to start it again, or its engine is.
  if (actualState === ActualState.FAILED) return { code: 'RUNTIME_ERROR', message, lastTransition: ofSeconds(updatedAt), nextRetryAt: undefined, retryable: true };
  return undefined;
};

const failureOf = (reason: ReasonDetail | undefined): FailureReason => {
  if (reason === undefined) return FailureReason.UNSPECIFIED;
  return Object.entries(FailureReason).find(([name]) => name === reason.code)?.[1] ?? FailureReason.RUNTIME_ERROR;
};

const usageOf = (usage: AgentUsage): WorkloadUsageSnapshot => ({ ...usage, type: TYPES[usage.type] ?? '', collectedAt: ofSeconds(usage.collectedAt) });

/** A workload's status as a scheduler takes it. Pure. */
export const nodeWorkload = (status: AgentStatus): WorkloadStatus => {
  const reason = reasonOf(status);
  return {
    workloadId: status.id,
    state: STATES[status.actualState] ?? 'Unknown',
    failureReason: failureOf(reason),
    message: status.message,
    lastTransition: ofSeconds(status.updatedAt),
    reason,
    usage: status.usage && usageOf(status.usage),
  };
};
