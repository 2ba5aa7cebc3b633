import type { Clock } from '@axion/core';
import type { Wake } from '@axion/swarm-stack';

export interface LookoutOptions {
  readonly wake: () => Wake;
  readonly clock: Clock;
  /** The longest between two looks. */
  readonly everyMs: number;
  /** After an event, so that a burst of them is one look. */
  readonly settleMs: number;
  /** What is to be done; what it throws is its own to tell, and ends nothing. */
  readonly look: (signal: AbortSignal) => Promise<void>;
}

/** Looks at something again and again, at the start, after events and once in a while, one look at a time, until the process stops. */
export class Lookout {
  readonly #options: LookoutOptions;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#end.abort(new Error('the process stops'));
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { clock, everyMs, settleMs, look } = this.#options;
    const { signal } = this.#end;
    const wake = this.#options.wake();
    try {
      for (;;) {
        await look(signal).catch(() => undefined);
        if ((await wake.next(everyMs, signal)) === 'event') await clock.sleep(settleMs, signal);
      }
    } catch {
      // Only the end of the process ends the loop.
    } finally {
      wake.stop();
    }
  }
}
