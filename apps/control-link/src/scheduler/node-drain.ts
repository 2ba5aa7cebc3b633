import type { Actions } from '@axion/bus';
import type { NodeReport } from '@axion/contracts';
import { asAxionError, untilAborted, type Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';

const ASK_MS = 10_000;
/** Heartbeats come a little early or late. */
const NEARLY = 0.9;

export interface NodeDrainParts {
  readonly actions: Pick<Actions, 'request'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Logger;
}

/**
 * Has the executor do what the scheduler says of draining, once it has said so for a while: one that restarts may
 * ask all its nodes for a moment.
 *
 * Invariants: the executor's own word decides whether there is anything to do, so a restart of either loses nothing; a
 * scheduler that is away changes nothing.
 */
export class NodeDrain {
  readonly #parts: NodeDrainParts;
  #askedSince: number | undefined;

  constructor(parts: NodeDrainParts) {
    this.#parts = parts;
  }

  /** @param whileMs how long it must be asked for before workloads are stopped, milliseconds */
  async follow(drain: boolean, { draining }: NodeReport, whileMs: number, signal: AbortSignal): Promise<void> {
    const { actions, clock, log } = this.#parts;
    const now = clock.monotonic();
    this.#askedSince = drain ? (this.#askedSince ?? now) : undefined;
    if (drain === draining) return;
    if (this.#askedSince !== undefined && now - this.#askedSince < whileMs * NEARLY) return;
    try {
      await untilAborted(actions.request('workload', 'drain', { drain }, { timeoutMs: ASK_MS }), signal);
      log.info(drain ? 'the scheduler drains this node: no workloads are taken, those that run are stopped' : 'the scheduler takes the node back: workloads are started again');
    } catch (thrown) {
      signal.throwIfAborted();
      log.warn({ err: asAxionError(thrown) }, `the node could not be ${drain ? 'drained' : 'taken back'} yet; tried again with the next heartbeat`);
    }
  }
}
