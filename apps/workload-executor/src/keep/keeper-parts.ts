import type { NodeHold } from '@axion/contracts';
import type { Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { HostRoom } from '../admission/host-room.ts';
import type { AdmissionLimits } from '../plan/admit.ts';
import type { Drivers } from '../drivers/drivers.ts';
import type { ActionHistory } from '../store/action-history.ts';
import type { WorkloadBook } from '../store/workload-book.ts';
import type { Tasks } from './tasks.ts';

/** What keeping workloads takes. */
export interface KeeperParts {
  readonly book: WorkloadBook;
  readonly drivers: Drivers;
  readonly history: ActionHistory;
  readonly tasks: Tasks;
  readonly room: () => Promise<HostRoom>;
  readonly limits: AdmissionLimits;
  /** The control plane wants nothing new here. */
  readonly hold: () => NodeHold | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: {
    /** `[workloads].pending_timeout`, milliseconds: the deadline of one attempt, and what counts as stuck. */
    readonly pendingTimeoutMs: number;
    /** When this process began, milliseconds since 1970. */
    readonly since: number;
    /** Workloads worked on at a time. */
    readonly width: number;
  };
}
