import type { OffsetTracker } from '../intake/offset-tracker.ts';

const HEARTBEAT_MS = 1000;

/**
 * Waits until one more record may be in the open. That is the whole of backpressure: while the bus is full or away nothing
 * is taken from the batch and nothing fetched, and the group keeps hearing from us.
 */
export class Room {
  readonly #tracker: OffsetTracker;
  readonly #max: number;
  #change = Promise.withResolvers<void>();

  constructor(tracker: OffsetTracker, max: number) {
    this.#tracker = tracker;
    this.#max = max;
  }

  /** Whoever waits looks again. */
  changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }

  /**
   * Resolves when there is room, or `given` up.
   *
   * @param heartbeat is called at least once a second; what it throws ends the wait
   */
  async wait(heartbeat: () => Promise<void>, given: () => boolean): Promise<void> {
    while (this.#tracker.uncommitted >= this.#max && !given()) {
      const change = this.#change;
      const timer = setTimeout(() => change.resolve(), HEARTBEAT_MS);
      await change.promise;
      clearTimeout(timer);
      if (change === this.#change) this.#change = Promise.withResolvers<void>();
      await heartbeat();
    }
  }
}
