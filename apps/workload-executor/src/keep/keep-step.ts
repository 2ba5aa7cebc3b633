import { isBusTrouble } from '@axion/bus';
import { asAxionError, AxionError, newId } from '@axion/core';
import type { Driver, Found, Instance, Wanted } from '../drivers/driver.ts';
import type { KeepStep } from '../plan/plan-keep.ts';
import { failed, isOvertaken } from '../plan/retry.ts';
import type { ActionType } from '../store/action-history.ts';
import { isRuntimeAway } from '../workload/failure-reason.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import { isDeadline } from './bring-about.ts';
import type { KeeperParts } from './keeper-parts.ts';

type Act = (driver: Driver, record: WorkloadRecord, found: Found, parts: KeeperParts, signal: AbortSignal) => Promise<void>;

const recreate: Act = async (driver, record, found, { book }, signal) => {
  const { id, current, desired } = record;
  const opened = book.specOf(id, current);
  if (current?.memo === undefined || opened === undefined) throw new AxionError('DATA_LOSS', `the spec of ${id} cannot be read; apply it again`, { reason: 'SEAL_BROKEN', retryable: false });
  const wanted: Wanted = { id, revision: current.revision, desired, spec: opened.spec, memo: current.memo };
  await driver.prepare(wanted, found, signal);
  await driver.replace(wanted, found, signal);
};

const ACTS: Partial<Readonly<Record<KeepStep, readonly [ActionType, Act]>>> = {
  start: ['start', (driver, { id }, _found, _parts, signal) => driver.start(id, signal)],
  stop: ['stop', (driver, { id }, _found, _parts, signal) => driver.stop(id, signal)],
  recreate: ['recreate', recreate],
};

const beganBefore = (since: number, { metadata }: Instance): boolean => Date.parse(metadata['container.started_at'] ?? '') < since;

/** Does one step of the reconciler for one workload, and notes what came of it. */
export const doKeepStep = async (parts: KeeperParts, step: KeepStep, record: WorkloadRecord, found: Found, signal: AbortSignal): Promise<void> => {
  const [type, act] = ACTS[step] ?? [];
  if (type === undefined || act === undefined) return step === 'stuck' ? noteStuck(parts, record, parts.book.draining ? 'the node is drained' : 'its runtime does not answer') : noteOnly(parts, step, record);
  const { drivers, book, history, clock, log, settings } = parts;
  const { id } = record;
  const revision = record.current?.revision ?? '';
  const task = newId();
  history.created(task, id, type);
  history.started(task);
  log.info({ workload: id, revision, step }, 'workload is brought back to what was asked');
  try {
    await act(drivers.of(record.type), record, found, parts, signal);
    history.ended(task, 'completed');
    // A start that went well is not yet a workload that stays up: what it ailed of counts on until it was well for a while.
    // What had begun before this process did may have ended with the machine, and that is no fault of its own.
    if (step === 'start' && found !== 'absent' && found.state === 'failed' && !beganBefore(settings.since, found)) {
      const ended = new AxionError('UNAVAILABLE', `it ended by itself (${found.message}) and was started again`, { retryable: true });
      await book.update(id, (now) => now && { ...now, failure: failed(revision, ended, now.failure, clock.now()) });
    }
  } catch (thrown) {
    if (signal.aborted && !isDeadline(signal.reason)) throw thrown;
    const error = asAxionError(signal.aborted ? signal.reason : thrown);
    history.ended(task, 'failed', error.message);
    log.warn({ workload: id, revision, step, err: error }, 'workload could not be brought back');
    if (isRuntimeAway(error) || isBusTrouble(error) || isOvertaken(error)) return;
    await book.update(id, (now) => now && { ...now, failure: failed(revision, error, now.failure, clock.now()) });
  }
};

/**
 * Says that what was accepted waits for too long, and why; changes nothing of what is to be. It goes on as soon as it can.
 */
export const noteStuck = async ({ book, clock, log, settings }: KeeperParts, { id, current, pending, deleting }: WorkloadRecord, why: string): Promise<void> => {
  const revision = pending?.revision ?? current?.revision ?? '';
  const stuck = new AxionError('UNAVAILABLE', `it waits for more than ${settings.pendingTimeoutMs / 1000} s, because ${why}; it goes on when that is over`, { retryable: true });
  log.warn({ workload: id, revision, why }, 'workload is stuck');
  const now = clock.now();
  await book.update(id, (known) => {
    const same = known?.pending?.task_id === pending?.task_id && known?.deleting?.task_id === deleting?.task_id;
    // Done in the meantime, or something else is asked by now.
    return known === undefined || !same || known.failure !== undefined ? known : { ...known, failure: { ...failed(revision, stuck, undefined, now), next_retry_at: now } };
  });
};

const noteOnly = async ({ book, clock, log }: KeeperParts, step: KeepStep, { id, current }: WorkloadRecord): Promise<void> => {
  const now = clock.now();
  if (step === 'recovered') {
    await book.update(id, (known) => {
      if (known === undefined) return undefined;
      const { failure: _over, ...rest } = known;
      return rest;
    });
  }
  if (step === 'lost-spec') {
    const lost = new AxionError('FAILED_PRECONDITION', 'it is gone, and its spec was never known here (taken over from another agent); apply it again', { reason: 'SPEC_LOST', retryable: false });
    log.warn({ workload: id }, lost.message);
    await book.update(id, (known) => known && { ...known, failure: failed(current?.revision ?? '', lost, undefined, now) });
  }
};
