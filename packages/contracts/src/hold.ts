import { AxionError } from '@axion/core';

/** The control plane wants nothing new on this node, and what runs to stay: bucket `identity`, key `hold`; written by control-link alone, gone when it is over. */
export interface NodeHold {
  /** RFC 3339 UTC. What was asked for before is done. */
  readonly since: string;
  /** In the words of whoever wants it; may be empty. */
  readonly reason: string;
}

export const HOLD_KEY = 'hold';

/** What is said to somebody who asks for something new meanwhile. @param what e.g. `deployments` */
export const heldBack = ({ since, reason }: NodeHold, what: string): AxionError =>
  new AxionError('FAILED_PRECONDITION', `this node takes no new ${what} since ${since}, as the control plane wants${reason === '' ? '' : ` (${reason})`}; what runs goes on`, { reason: 'NODE_DRAINING', retryable: false });
