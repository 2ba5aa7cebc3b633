import type { WorkloadRecord } from '../workload/record.ts';
import type { DesiredState } from '../workload/spec.ts';

export interface AskedFor {
  readonly revision: string;
  readonly desired: DesiredState;
}

/**
 * What an apply comes to.
 *
 * `skip`: it is so already · `join`: it is being done under a task that exists · `switch`: the same revision in another
 * state, started or stopped as it stands · `replace`: another revision, or one that could not be kept.
 */
export type Decision = 'skip' | 'join' | 'switch' | 'replace';

/** Pure. What stands on the runtime is the reconciler's business; here it is what was asked before and what came of it. */
export const decideApply = (record: WorkloadRecord | undefined, asked: AskedFor): Decision => {
  if (record === undefined || record.deleting !== undefined) return 'replace';
  const { current, pending, failure } = record;
  if (pending !== undefined && pending.revision === asked.revision && pending.desired === asked.desired) return failure?.terminal === undefined ? 'join' : 'replace';
  if (current?.revision !== asked.revision) return 'replace';
  if (pending === undefined && record.desired === asked.desired && failure === undefined) return 'skip';
  return 'switch';
};
