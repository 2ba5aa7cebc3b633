import type { Bucket } from '@axion/bus';
import { HOLD_KEY } from '@axion/contracts';
import type { NodeHold } from '@axion/contracts';
import { AxionError } from '@axion/core';
import type { ActionHandler } from './action.ts';

export interface HoldActionParts {
  /** Bucket `identity`. The executors follow it, so the word outlives every process. */
  readonly bucket: Pick<Bucket<NodeHold>, 'put' | 'delete'>;
  readonly signedOnly: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_REASON = 200;

/** `drain`: nothing new from now on, what runs stays. `undrain`: over. Either may be said again. */
export const holdAction =
  (on: boolean, { bucket, signedOnly, now }: HoldActionParts): ActionHandler =>
  async ({ body }) => {
    if (signedOnly) throw new AxionError('FAILED_PRECONDITION', 'this agent takes signed commands only (security.command_public_keys), and an action on the channel is not signed', { reason: 'SIGNATURE_REQUIRED' });
    if (!on) {
      await bucket.delete(HOLD_KEY);
      return { drained: false };
    }
    const { reason } = body;
    const hold: NodeHold = { since: new Date(now()).toISOString(), reason: typeof reason === 'string' ? reason.replaceAll(/\p{Cc}+/gu, ' ').slice(0, MAX_REASON) : '' };
    await bucket.put(HOLD_KEY, hold);
    return { drained: true, ...hold };
  };
