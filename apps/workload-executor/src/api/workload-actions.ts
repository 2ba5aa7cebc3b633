import type { Bus, Subscription } from '@axion/bus';
import type { Clock } from '@axion/core';
import type { WorkloadApi } from './workload-api.ts';

/** The API as immediate actions on the bus, `axion.act.workload.<verb>`. */
export class WorkloadActions {
  readonly name = 'actions';
  readonly #actions: Bus['actions'];
  readonly #api: WorkloadApi;
  readonly #clock: Clock;
  #served: readonly Subscription[] = [];

  constructor(actions: Bus['actions'], api: WorkloadApi, clock: Clock) {
    this.#actions = actions;
    this.#api = api;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    const api = this.#api;
    const since = this.#clock.monotonic();
    const serve = (verb: string, answer: (body: unknown, signal: AbortSignal) => Promise<unknown>): Subscription => this.#actions.serve('workload', verb, answer);
    this.#served = [
      serve('apply', (body, signal) => api.apply(body, signal)),
      serve('delete', (body, signal) => api.delete(body, signal)),
      serve('status', (body, signal) => api.status(body, signal)),
      serve('list', (body, signal) => api.list(body, signal)),
      serve('health', (body, signal) => api.health(body, signal)),
      serve('actions', (body) => api.actions(body)),
      serve('retry', (body) => api.retry(body)),
      serve('drain', (body, signal) => api.drain(body, signal)),
      // Who asked something before that knows that it is lost.
      serve('serving', async () => ({ serving_ms: this.#clock.monotonic() - since })),
      serve('node', (_body, signal) => api.node(signal)),
    ];
  }

  async drain(): Promise<void> {
    for (const subscription of this.#served) subscription.stop();
  }

  async stop(): Promise<void> {
    await this.drain();
  }
}
