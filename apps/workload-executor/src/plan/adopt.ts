import type { Instance } from '../drivers/driver.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import type { WorkloadType } from '../workload/spec.ts';

/**
 * The record of a workload that stands without one. It is kept as it is: what runs is to run, what was stopped in good
 * order stays stopped, what ended badly (a host that went down leaves such) is to run. Pure.
 */
export const adopted = (type: WorkloadType, { id, revision, memo, state, selfHealing }: Instance, now: number): WorkloadRecord => ({
  id,
  type,
  desired: state === 'stopped' && !selfHealing ? 'stopped' : 'running',
  current: { revision: revision ?? '', ...(memo === undefined ? {} : { memo }) },
  created_at: now,
  updated_at: now,
});
