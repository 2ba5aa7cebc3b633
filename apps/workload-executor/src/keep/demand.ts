import { composeLimits } from '../drivers/compose/compose-limits.ts';
import { memoryOf } from '../plan/admit.ts';
import type { Demand } from '../plan/admit.ts';
import type { AnySpec } from '../workload/spec.ts';

/** What a spec asks for; of a Compose application what its file writes down. Pure. */
export const demandOf = (workload: AnySpec): Demand => ({
  memory: workload.type === 'compose' ? composeLimits(workload.spec).memory : memoryOf(workload),
  vcpus: workload.type === 'vm' ? workload.spec.vcpus : 0,
});
