import type { Actions } from '@axion/bus';
import type { NodeReport } from '@axion/contracts';
import { asAxionError, untilAborted } from '@axion/core';
import type { Logger } from '@axion/service-kit';

const ASK_MS = 10_000;
/** Heartbeats in a row that must ask for it: a scheduler that restarts or elects a leader asks all its nodes for a moment. */
const ASKED = 2;

/**
 * Has the executor do what the scheduler says of draining.
 *
 * Invariants: the executor's own word decides whether there is anything to do, so a restart of either loses nothing; a
 * scheduler that is away changes nothing.
 */
export class NodeDrain {
  readonly #actions: Pick<Actions, 'request'>;
  readonly #log: Logger;
  #asked = 0;

  constructor(actions: Pick<Actions, 'request'>, log: Logger) {
    this.#actions = actions;
    this.#log = log;
  }

  /** Whether it is asked for and not yet begun. */
  get pending(): boolean {
    return this.#asked > 0 && this.#asked < ASKED;
  }

  async follow(drain: boolean, { draining }: NodeReport, signal: AbortSignal): Promise<void> {
    this.#asked = drain ? Math.min(this.#asked + 1, ASKED) : 0;
    if (drain === draining || this.pending) return;
    try {
      await untilAborted(this.#actions.request('workload', 'drain', { drain }, { timeoutMs: ASK_MS }), signal);
      this.#log.info(drain ? 'the scheduler drains this node: no workloads are taken, those that run are stopped' : 'the scheduler takes the node back: workloads are started again');
    } catch (thrown) {
      signal.throwIfAborted();
      this.#log.warn({ err: asAxionError(thrown) }, `the node could not be ${drain ? 'drained' : 'taken back'} yet; tried again with the next heartbeat`);
    }
  }
}
