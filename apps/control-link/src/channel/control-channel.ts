import { AxionError, type BackoffPolicy, type Clock } from '@axion/core';
import { superviseSession } from '@axion/resilience';
import type { Logger } from '@axion/service-kit';
import type { ControlPlane, LinkIdentity } from '../control-plane.ts';
import type { Duty } from '../link-session.ts';
import type { ActionChannel, ActionContext, ActionHandler, ActionKind } from './action.ts';
import { OpenActions } from './open-actions.ts';

export interface ControlChannelParts {
  readonly handlers: Readonly<Record<ActionKind, ActionHandler>>;
  readonly clock: Clock;
  readonly log: Logger;
}

const BETWEEN: BackoffPolicy = { initial: 500, factor: 2, max: 30_000, jitter: 0.5 };
/** A control plane that lacks the service may be replaced by one that has it. */
const ASK_AGAIN_MS = 10 * 60_000;

/**
 * Keeps the control channel open as long as the session goes on, and carries out what comes over it.
 *
 * Invariants: a channel that breaks ends no session, and a control plane without it is fine; what does not read its
 * stream slows nobody else.
 */
export class ControlChannel implements Duty {
  readonly #parts: ControlChannelParts;

  constructor(parts: ControlChannelParts) {
    this.#parts = parts;
  }

  async run(plane: ControlPlane, identity: LinkIdentity, signal: AbortSignal): Promise<never> {
    const { clock, log } = this.#parts;
    await superviseSession(
      {
        session: async (inner, established) => {
          try {
            await this.#serve(plane.connect(identity, inner), (token, until) => plane.heartbeatWith(token, identity, until), established);
          } catch (error) {
            if (!(error instanceof AxionError) || error.code !== 'UNIMPLEMENTED') throw error;
            log.info('the control plane has no control channel; calls go on without it');
            await clock.sleep(ASK_AGAIN_MS, inner);
          }
        },
        backoff: BETWEEN,
        onEnd: ({ error, delayMs }) => log.info({ ...(error === undefined ? {} : { reason: error.message }), retry_in_ms: Math.round(delayMs) }, 'the control channel has ended; another is opened'),
        clock,
      },
      signal,
    );
    throw signal.reason;
  }

  async #serve(channel: ActionChannel, heartbeatWith: ActionContext['heartbeatWith'], established: () => void): Promise<void> {
    const { handlers, log } = this.#parts;
    const open = new OpenActions({ handlers, say: (word) => channel.say(word), heartbeatWith, log });
    try {
      for await (const heard of channel.heard) {
        if (heard.word === 'welcome') {
          established();
          log.info('the control channel is open');
        } else if (heard.word === 'action') open.begin(heard.action);
        else if (heard.word === 'credit') open.credit(heard.id, heard.chunks);
        else if (heard.word === 'cancel') open.cancel(heard.id);
        else await channel.say({ word: 'pong', nonce: heard.nonce });
      }
    } finally {
      await open.close();
    }
  }
}
