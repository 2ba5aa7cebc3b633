import type { AgentIdentity } from '@axion/contracts';
import { AxionError } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import type { ControlPlane, HostFacts } from './control-plane.ts';
import type { IdentityBook } from './identity-book.ts';

export interface EnrolmentParts {
  readonly book: IdentityBook;
  readonly facts: () => Promise<HostFacts>;
  readonly log: Logger;
}

/** Errors by which a control plane says that it does not know the agent (any more). */
const isUnknownAgent = (error: unknown): boolean => error instanceof AxionError && (error.code === 'NOT_FOUND' || error.code === 'UNAUTHENTICATED');

/**
 * Makes this agent known to the control plane: at its first start, and again whenever the control plane forgot it.
 *
 * Invariants: once forgotten, it enrols before anything else, also over sessions, until that has succeeded; an identity once known needs no bus,
 * so heartbeats go on while the bus is away.
 */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  #forgotten = false;
  #identity: AgentIdentity | undefined;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /** The identity to call with; enrols when there is none or the control plane forgot it. */
  async ensure(plane: ControlPlane, signal: AbortSignal): Promise<AgentIdentity> {
    const { book, facts, log } = this.#parts;
    this.#identity ??= await book.known();
    if (this.#identity !== undefined && !this.#forgotten) return this.#identity;
    const agentId = await plane.register(await facts(), signal);
    const identity = await book.enrolled(agentId);
    this.#identity = identity;
    this.#forgotten = false;
    log.info({ agent_id: identity.agent_id, server_id: identity.server_id }, 'enrolled');
    if (identity.agent_id !== agentId) {
      log.warn({ configured: identity.agent_id, given: agentId }, 'the control plane knows this server by another id than agent.id says; agent.id is used');
    }
    return identity;
  }

  /** Looks at what a call failed with: whether the agent has to enrol before the next one. */
  isForgotten(error: unknown): boolean {
    if (isUnknownAgent(error)) this.#forgotten = true;
    return this.#forgotten;
  }
}
