import { isBusTrouble } from '@axion/bus';
import { asAxionError } from '@axion/core';
import { failed } from '../plan/retry.ts';
import { isRuntimeAway } from '../workload/failure-reason.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import { isDeadline } from './bring-about.ts';
import type { KeeperParts } from './keeper-parts.ts';

/**
 * One attempt to delete a workload. It is forgotten only after the runtime said that it is gone; until then the deletion
 * stays on record, with the reason.
 */
export const takeAway = async (parts: KeeperParts, record: WorkloadRecord, deleting: NonNullable<WorkloadRecord['deleting']>, signal: AbortSignal): Promise<void> => {
  const { book, drivers, history, tasks, clock, log } = parts;
  const { id } = record;
  history.started(deleting.task_id);
  try {
    await drivers.of(record.type).remove(id, book.specOf(id, record.current ?? record.pending)?.spec, { data: true }, signal);
    await book.update(id, (now) => {
      if (now === undefined || now.deleting?.task_id !== deleting.task_id) return now;
      // Applied again while it was being deleted: then that is what it is to be.
      const { deleting: _done, current: _gone, failure: _over, ...rest } = now;
      return now.pending === undefined ? undefined : rest;
    });
    history.ended(deleting.task_id, 'completed');
    tasks.end(deleting.task_id, { outcome: 'completed' });
    log.info({ workload: id }, 'workload deleted');
  } catch (thrown) {
    if (signal.aborted && !isDeadline(signal.reason)) throw thrown;
    const error = asAxionError(signal.aborted ? signal.reason : thrown);
    log.warn({ workload: id, err: error }, 'workload could not be deleted');
    if (isBusTrouble(error)) return;
    if (!isRuntimeAway(error)) {
      const revision = record.current?.revision ?? record.pending?.revision ?? '';
      const now = await book.update(id, (known) => known && (known.deleting?.task_id === deleting.task_id ? { ...known, failure: failed(revision, error, known.failure, clock.now()) } : known));
      if (now?.failure?.terminal !== undefined) history.ended(deleting.task_id, 'failed', error.message);
    }
    tasks.end(deleting.task_id, { outcome: 'failed', error });
  }
};
