import type { DeleteWorkloadResponse } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { AxionError, type Clock } from '@axion/core';

/**
 * A scheduler reads of a deletion only whether the call failed, and forgets the workload otherwise; and it takes every error
 * with the words "not found" for one that says that the workload is gone.
 *
 * @throws {AxionError} `ABORTED` when it is not deleted, or not yet
 */
export const assertDeleted = (answer: DeleteWorkloadResponse): DeleteWorkloadResponse => {
  if (answer.success) return answer;
  throw new AxionError('ABORTED', answer.message.replaceAll(/not found/gi, 'missing'), { reason: 'NOT_DELETED' });
};

/** How long an executor that is started again may take. Schedulers wait ten seconds. */
const AWAY_MS = 8000;
const AGAIN_MS = 200;

/** An executor that answers is no lost node, also when it cannot tell what stands. */
const notKnown = ({ message, reason }: AxionError): AxionError => new AxionError('ABORTED', message, reason === undefined ? {} : { reason });

/**
 * Asks again while nobody answers: a scheduler that is told so of a workload's status gives the node up and places its
 * workloads elsewhere, where they would run a second time.
 */
export const whileAway = async <T>(ask: () => Promise<T>, clock: Clock): Promise<T> => {
  for (const until = clock.monotonic() + AWAY_MS; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AxionError) || error.code !== 'UNAVAILABLE') throw error;
      if (clock.monotonic() >= until) throw error.reason === 'BOOK_INCOMPLETE' ? notKnown(error) : error;
    }
    await clock.sleep(AGAIN_MS);
  }
};
