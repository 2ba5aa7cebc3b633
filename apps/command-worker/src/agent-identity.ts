import type { Bucket } from '@axion/bus';
import type { AgentIdentity } from '@axion/contracts';
import { untilAborted } from '@axion/core';

const KEY = 'agent';

/**
 * The agent's id: what the configuration says, else what enrolment has written into bucket `identity`, for which it waits.
 * Asked again by every session, since a failed watch must not be remembered.
 */
export const agentId = async (configured: string | undefined, identities: Bucket<AgentIdentity>, signal: AbortSignal): Promise<string> => {
  if (configured !== undefined && configured !== '') return configured;
  const known = Promise.withResolvers<string>();
  const watch = await identities.watch(({ value }) => value !== undefined && known.resolve(value.agent_id), KEY);
  try {
    return await untilAborted(known.promise, signal);
  } finally {
    watch.stop();
  }
};
