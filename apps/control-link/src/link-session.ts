import type { AgentIdentity } from '@axion/contracts';
import type { ControlPlane, LinkIdentity } from './control-plane.ts';
import type { Enrolment } from './enrolment.ts';

/** Something that goes on for as long as a session; it never resolves, and rejects with what ended it. */
export interface Duty {
  run(plane: ControlPlane, identity: LinkIdentity, signal: AbortSignal): Promise<never>;
}

export interface SessionParts {
  /** Opens a connection; `agentId` gives the id once it is known. */
  readonly open: (agentId: () => string | undefined) => ControlPlane;
  readonly enrolment: Enrolment;
  readonly duties: readonly Duty[];
}

/** All duties side by side. The first error of any of them ends all; rejects with it once the others have stopped. */
const fulfil = async (duties: readonly Duty[], plane: ControlPlane, identity: LinkIdentity, signal: AbortSignal): Promise<never> => {
  const ending = new AbortController();
  const inner = AbortSignal.any([signal, ending.signal]);
  const running = duties.map((duty) => duty.run(plane, identity, inner));
  try {
    return await Promise.race(running);
  } finally {
    ending.abort(new Error('the session ends'));
    await Promise.allSettled(running);
  }
};

/**
 * One life of the connection: enrol if need be, then do what there is to do until the first error. A control plane that
 * answers, but has forgotten the agent, is enrolled with over the same connection, once.
 */
export const linkSession = async ({ open, enrolment, duties }: SessionParts, signal: AbortSignal): Promise<never> => {
  let identity: AgentIdentity | undefined;
  const plane = open(() => identity?.agent_id);
  try {
    for (let forgotten = 0; ; forgotten += 1) {
      identity = await enrolment.ensure(plane, signal);
      try {
        await fulfil(duties, plane, { agentId: identity.agent_id, serverId: identity.server_id }, signal);
      } catch (error) {
        if (!enrolment.isForgotten(error) || forgotten > 0) throw error;
      }
    }
  } finally {
    plane.close();
  }
};
