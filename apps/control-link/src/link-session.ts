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

/**
 * One life of the connection: enrol if need be, then all duties side by side. The first error of any of them ends all, and
 * the session rejects with it once the others have stopped.
 */
export const linkSession = async ({ open, enrolment, duties }: SessionParts, signal: AbortSignal): Promise<never> => {
  let identity: AgentIdentity | undefined;
  const plane = open(() => identity?.agent_id);
  const ending = new AbortController();
  const inner = AbortSignal.any([signal, ending.signal]);
  let running: Promise<never>[] = [];
  try {
    identity = await enrolment.ensure(plane, inner);
    const caller: LinkIdentity = { agentId: identity.agent_id, serverId: identity.server_id };
    running = duties.map((duty) => duty.run(plane, caller, inner));
    return await Promise.race(running);
  } catch (error) {
    enrolment.sessionEnded(error);
    throw error;
  } finally {
    ending.abort(new Error('the session ends'));
    await Promise.allSettled(running);
    plane.close();
  }
};
