import { asAxionError, AxionError } from '@axion/core';
import { isBusTrouble } from '@axion/bus';
import type { Driver, Found, Wanted } from '../drivers/driver.ts';
import { failed } from '../plan/retry.ts';
import { isRuntimeAway } from '../workload/failure-reason.ts';
import type { Intent, WorkloadRecord } from '../workload/record.ts';
import type { KeeperParts } from './keeper-parts.ts';

/** Two signals, because they mean two things: stop at once, or stop if nothing was touched yet. */
export interface AttemptSignals {
  readonly signal: AbortSignal;
  /** A newer apply came: what is only being prepared is given up. */
  readonly newer: AbortSignal;
}

/**
 * One attempt to bring about what was accepted: look, prepare, replace (or start, or stop, where only the state differs).
 * A runtime that does not answer is no failure: the intent waits. Everything else ends the task, or plans the next try.
 */
export const bringAbout = async (parts: KeeperParts, record: WorkloadRecord, intent: Intent, { signal, newer }: AttemptSignals): Promise<void> => {
  const { book, drivers, history, tasks, clock, log } = parts;
  const { id } = record;
  history.started(intent.task_id);
  try {
    const driver = drivers.of(record.type);
    const opened = book.specOf(id, intent);
    if (opened === undefined) throw new AxionError('DATA_LOSS', `the spec of ${id} cannot be read; apply it again`, { reason: 'SEAL_BROKEN', retryable: false });
    const wanted: Wanted = { id, revision: intent.revision, desired: intent.desired, spec: opened.spec, memo: intent.memo };
    const standing = await look(driver, id, record.current !== undefined, signal);
    if (isSwitch(record, intent, standing)) {
      if (intent.desired === 'stopped') await driver.stop(id, signal);
      else if (standing.state !== 'running') await driver.start(id, signal);
    } else {
      await driver.prepare(wanted, standing, AbortSignal.any([signal, newer]));
      newer.throwIfAborted();
      await driver.replace(wanted, standing, signal);
    }
    await book.update(id, (now) => now && brought(now, intent));
    history.ended(intent.task_id, 'completed');
    tasks.end(intent.task_id, { outcome: 'completed' });
    log.info({ workload: id, revision: intent.revision, desired: intent.desired, ms: clock.now() - intent.accepted_at }, 'workload is as asked');
  } catch (thrown) {
    if (newer.aborted && book.get(id)?.pending?.task_id !== intent.task_id) {
      history.ended(intent.task_id, 'superseded');
      tasks.end(intent.task_id, { outcome: 'superseded' });
      return;
    }
    if (signal.aborted && !isDeadline(signal.reason)) throw thrown;
    const error = asAxionError(signal.aborted ? signal.reason : thrown);
    if (isRuntimeAway(error) || isBusTrouble(error)) {
      log.warn({ workload: id, revision: intent.revision, err: error }, 'nothing is known of the runtime; the workload waits');
      return;
    }
    await fail(parts, id, intent, error);
  }
};

export const isDeadline = (reason: unknown): boolean => reason instanceof AxionError && reason.code === 'DEADLINE_EXCEEDED';

/** What stands now, where something may. From silence nothing follows. */
const look = async (driver: Driver, id: string, mayStand: boolean, signal: AbortSignal): Promise<Found | undefined> => {
  if (!mayStand) return undefined;
  const observed = await driver.inspect(id, signal);
  if (!observed.known) throw new AxionError('UNAVAILABLE', observed.because.message, { reason: 'RUNTIME_AWAY', cause: observed.because });
  return observed.value;
};

const isSwitch = (record: WorkloadRecord, intent: Intent, standing: Found | undefined): standing is Exclude<Found, 'absent'> =>
  record.current?.revision === intent.revision &&
  standing !== undefined &&
  standing !== 'absent' &&
  !standing.mixed &&
  (standing.revision === undefined || standing.revision === intent.revision);

/** It is in force now; what was accepted meanwhile stays to be done. */
const brought = (now: WorkloadRecord, intent: Intent): WorkloadRecord => {
  const { pending, failure: _over, ...rest } = now;
  const kept = now.current?.revision === intent.revision && now.current.memo !== undefined ? now.current : { revision: intent.revision, memo: intent.memo };
  const newer = pending !== undefined && pending.task_id !== intent.task_id;
  return { ...rest, current: kept, desired: newer ? rest.desired : intent.desired, ...(newer ? { pending } : {}) };
};

const fail = async ({ book, history, tasks, clock, log }: KeeperParts, id: string, intent: Intent, error: AxionError): Promise<void> => {
  const record = await book.update(id, (now) => now && (now.pending?.task_id === intent.task_id ? { ...now, failure: failed(intent.revision, error, now.failure, clock.now()) } : now));
  const failure = record?.failure;
  const retried = failure !== undefined && failure.terminal === undefined && record?.pending?.task_id === intent.task_id;
  log.warn({ workload: id, revision: intent.revision, reason: failure?.reason, attempts: failure?.attempts, retried, err: error }, 'workload could not be brought about');
  if (!retried) history.ended(intent.task_id, 'failed', error.message);
  tasks.end(intent.task_id, { outcome: 'failed', error });
};
