import type { Found, Observed } from '../drivers/driver.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import { isDue } from './retry.ts';

/**
 * What the reconciler does about one workload.
 *
 * `settle`: go on with what was accepted · `start`, `stop`, `recreate`: bring it back to what is in force · `recovered`:
 * forget a failure that is over · `stuck`: it waits for too long; say so, change nothing · `lost-spec`: it is gone and
 * nobody knows what it was.
 */
export type KeepStep = 'nothing' | 'settle' | 'start' | 'stop' | 'recreate' | 'recovered' | 'stuck' | 'lost-spec';

export interface KeepRules {
  readonly pendingTimeoutMs: number;
  /** The node is being drained: nothing is started or made, what runs is stopped, and what was asked is remembered. */
  readonly draining?: boolean;
}

/** A workload that ran this long after its last failure is well again. */
const STABLE_MS = 60_000;

/** What was accepted waits for too long, and nobody was told why. Pure. */
export const isLate = ({ pending, deleting, failure }: WorkloadRecord, now: number, pendingTimeoutMs: number): boolean => {
  const accepted = deleting?.accepted_at ?? pending?.accepted_at;
  return accepted !== undefined && failure === undefined && now - accepted > pendingTimeoutMs;
};

/** Pure. From what is unknown nothing follows. */
export const planKeep = (record: WorkloadRecord, observed: Observed<Found>, now: number, { pendingTimeoutMs, draining = false }: KeepRules): KeepStep => {
  const { current, pending, deleting, failure } = record;
  const desired = draining ? 'stopped' : record.desired;
  const late = isLate(record, now, pendingTimeoutMs);
  if (!observed.known) return late ? 'stuck' : 'nothing';
  if (deleting !== undefined) return isDue(failure, now) ? 'settle' : 'nothing';
  if (pending !== undefined && !draining && isDue(failure, now)) return 'settle';
  if (late) return 'stuck';
  if (current === undefined) return 'nothing';

  // While a newer revision waits for its next try, or has failed for good, its failure is not the present one's.
  const own = failure?.revision === current.revision ? failure : undefined;
  const found = observed.value;
  if (draining && (found === 'absent' || found.state !== 'running')) return 'nothing';
  if (found === 'absent') {
    if (current.memo === undefined) return own === undefined ? 'lost-spec' : 'nothing';
    return isDue(own, now) ? 'recreate' : 'nothing';
  }
  if (found.mixed || (found.revision !== undefined && found.revision !== current.revision)) {
    return current.memo !== undefined && isDue(own, now) ? 'recreate' : 'nothing';
  }
  if (desired === 'stopped') return found.state === 'running' && isDue(own, now) ? 'stop' : 'nothing';
  if (found.state === 'running' || found.selfHealing) {
    return own !== undefined && found.state === 'running' && now - own.at > STABLE_MS ? 'recovered' : 'nothing';
  }
  if (found.completed) return 'nothing';
  return isDue(own, now) ? 'start' : 'nothing';
};
