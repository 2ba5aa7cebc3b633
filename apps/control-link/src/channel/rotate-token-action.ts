import { AxionError } from '@axion/core';
import type { TokenBook } from '../token-book.ts';
import type { ActionHandler } from './action.ts';

/** Takes another token for the agent's calls: used from now on, once a heartbeat with it was answered. */
export const rotateTokenAction =
  (tokens: Pick<TokenBook, 'rotate'>, signedOnly: boolean): ActionHandler =>
  async ({ body }, { signal, heartbeatWith }) => {
    if (signedOnly) throw new AxionError('FAILED_PRECONDITION', 'this agent takes signed commands only (security.command_public_keys), and an action on the channel is not signed: change agent.token in its configuration', { reason: 'SIGNATURE_REQUIRED' });
    await tokens.rotate(body['token'], (token) => heartbeatWith(token, signal));
    return { rotated: true };
  };
