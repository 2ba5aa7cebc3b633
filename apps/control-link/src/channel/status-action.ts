import type { Actions } from '@axion/bus';
import { untilAborted } from '@axion/core';
import type { ActionHandler } from './action.ts';

const ASK_MS = 15_000;

/** How a project is; without one, every project and the agent itself. */
export const statusAction =
  (actions: Pick<Actions, 'request'>, agent: () => Readonly<Record<string, unknown>>): ActionHandler =>
  async ({ body }, { signal }) => {
    const status = await untilAborted(actions.request<Record<string, unknown>>('swarm', 'status', body, { timeoutMs: ASK_MS }), signal);
    return body['project_id'] === undefined ? { ...status, agent: agent() } : status;
  };
