import { setTimeout as delay } from 'node:timers/promises';
import { isRebalance } from '@axion/kafka';
import type { Offsets, OffsetTracker } from '../intake/offset-tracker.ts';

export interface OffsetCommitsOptions {
  readonly tracker: OffsetTracker;
  /** With so many finished records the next commit does not wait for more to gather. */
  readonly enough: number;
  readonly commit: (offsets: Offsets) => Promise<void>;
  readonly onCommitted: () => void;
  readonly onFailed: (error: unknown) => void;
}

/** So long records gather for the next commit, milliseconds. What is delivered again for want of one is recognised. */
const GATHER_MS = 100;
const SETTLE_POLL_MS = 10;

/**
 * Commits what the tracker says is committable, one commit at a time.
 *
 * A commit that meets a rebalance is given up without harm: the records are delivered again and recognised.
 */
export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;
  #running: Promise<void> | undefined;
  #gathered: (() => void) | undefined;
  #failed = false;

  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  /** Something may be committable. */
  kick(): void {
    if (this.#options.tracker.finished >= this.#options.enough) this.#gathered?.();
    if (this.#running !== undefined || this.#failed) return;
    this.#running = this.#run().then((mayGoOn) => {
      this.#running = undefined;
      if (mayGoOn && this.#options.tracker.committable().size > 0) this.kick();
    });
  }

  /** Resolves when what is finished now is committed, or could not be. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#once().catch(() => undefined);
  }

  /** Resolves when everything that was taken is committed. */
  async settle(): Promise<void> {
    while (this.#options.tracker.uncommitted > 0 && !this.#failed) {
      this.kick();
      await delay(SETTLE_POLL_MS);
    }
  }

  /** Whether the next commit may follow at once. */
  async #run(): Promise<boolean> {
    const { onFailed } = this.#options;
    try {
      while (await this.#once()) await this.#gather();
      return true;
    } catch (error) {
      if (!isRebalance(error)) {
        this.#failed = true;
        onFailed(error);
      }
      return false;
    }
  }

  /** Until enough are finished, or for a while. */
  async #gather(): Promise<void> {
    const { tracker, enough } = this.#options;
    if (tracker.finished >= enough) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GATHER_MS);
    this.#gathered = resolve;
    await promise;
    this.#gathered = undefined;
    clearTimeout(timer);
  }

  async #once(): Promise<boolean> {
    const { tracker, commit, onCommitted } = this.#options;
    const offsets = tracker.committable();
    if (offsets.size === 0) return false;
    await commit(offsets);
    tracker.committed(offsets);
    onCommitted();
    return true;
  }
}
