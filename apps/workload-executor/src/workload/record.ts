import type { FailureReason } from './failure-reason.ts';
import type { DesiredState, WorkloadType } from './spec.ts';

/** A revision with its sealed spec. `memo` is missing where the spec is not known: taken over from another agent. */
export interface StoredRevision {
  readonly revision: string;
  readonly memo?: string;
}

/** What was accepted and is still to be brought about. */
export interface Intent extends StoredRevision {
  readonly task_id: string;
  readonly memo: string;
  readonly desired: DesiredState;
  /** Times: milliseconds since 1970. */
  readonly accepted_at: number;
}

/** Why the workload is not as asked. Stays until it is. */
export interface Failure {
  /** Of the revision that could not be brought about, or kept. */
  readonly revision: string;
  readonly reason: FailureReason;
  readonly message: string;
  readonly at: number;
  /** How often it was tried. */
  readonly attempts: number;
  readonly next_retry_at?: number;
  /** Why it is not tried again. */
  readonly terminal?: string;
}

/** What the agent knows of a workload, in the bus's bucket `workloads`. Environment values are in sealed memos alone. */
export interface WorkloadRecord {
  readonly id: string;
  readonly type: WorkloadType;
  readonly desired: DesiredState;
  /** In force: brought about once, and kept. */
  readonly current?: StoredRevision;
  readonly pending?: Intent;
  readonly deleting?: { readonly task_id: string; readonly accepted_at: number };
  readonly failure?: Failure;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The revision that clients are told: what is in force, else what is to be. */
export const shownRevision = (record: WorkloadRecord): string => record.current?.revision ?? record.pending?.revision ?? '';
