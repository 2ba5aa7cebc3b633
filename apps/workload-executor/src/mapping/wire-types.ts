import { WorkloadType as WireType } from '@axion/contracts/proto/persys/agent/v1/workload';
import type { WorkloadType } from '../workload/spec.ts';

/** The runtimes on the wire. */
export const WIRE_TYPES = { container: WireType.CONTAINER, compose: WireType.COMPOSE, vm: WireType.VM } as const satisfies Record<WorkloadType, WireType>;
