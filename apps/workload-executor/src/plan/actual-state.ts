import type { Found, Observed } from '../drivers/driver.ts';
import type { WorkloadRecord } from '../workload/record.ts';

export type ActualState = 'pending' | 'running' | 'stopped' | 'failed' | 'unknown';

export interface Actual {
  readonly state: ActualState;
  readonly message: string;
}

/** How a workload is, in one word and one sentence. Pure; never says more than was seen. */
export const actualState = (record: WorkloadRecord, observed: Observed<Found> | undefined): Actual => {
  const { pending, deleting, failure, current, desired } = record;
  const why = failure === undefined ? '' : `${failure.message}${failure.terminal === undefined ? '' : ` (not tried again: ${failure.terminal})`}`;
  if (deleting === undefined && pending !== undefined && failure === undefined) return { state: 'pending', message: `revision ${pending.revision} is being brought about` };
  if (current === undefined) return failure === undefined ? { state: 'pending', message: 'not brought about yet' } : { state: 'failed', message: why };
  if (observed === undefined) return { state: 'unknown', message: 'not looked at yet' };
  if (!observed.known) return { state: 'unknown', message: observed.because.message };
  const suffix = why === '' ? '' : `; ${failure?.revision === current.revision ? '' : `revision ${failure?.revision} could not be brought about: `}${why}`;
  const found = observed.value;
  if (found === 'absent') {
    if (deleting !== undefined) return { state: 'stopped', message: 'being deleted' };
    if (desired === 'stopped') return { state: 'stopped', message: `not there${suffix}` };
    return failure === undefined ? { state: 'pending', message: 'gone; it is made again' } : { state: 'failed', message: `gone${suffix}` };
  }
  return { state: found.state, message: `${deleting === undefined ? '' : 'being deleted; '}${found.message}${suffix}` };
};
