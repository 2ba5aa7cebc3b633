import type { KeeperParts } from './keeper-parts.ts';

export interface DrainerOptions {
  readonly parts: Pick<KeeperParts, 'book' | 'clock' | 'log'>;
  /** Stops a workload if it runs; resolves when it does not, or when that failed. */
  readonly stop: (id: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A workload that takes longer to stop holds up the others no more. */
const PATIENCE_MS = 30_000;

/**
 * Stops the workloads of a node that is drained one after another, the youngest first: what others were built upon goes last.
 *
 * Invariants: one round at a time; a round ends as soon as the node is taken back. A kill loses nothing: whoever sees
 * something run that should not asks for another round.
 */
export class Drainer {
  readonly #options: DrainerOptions;
  #busy = false;
  #again = false;

  constructor(options: DrainerOptions) {
    this.#options = options;
  }

  /** Something may run that should not. */
  nudge(): void {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    void this.#rounds().finally(() => (this.#busy = false));
  }

  async #rounds(): Promise<void> {
    const { parts, signal } = this.#options;
    while (this.#again && parts.book.draining && !signal.aborted) {
      this.#again = false;
      for (const { id } of parts.book.all().toSorted((a, b) => b.created_at - a.created_at)) {
        if (!parts.book.draining || signal.aborted) return;
        await this.#stop(id);
      }
    }
  }

  async #stop(id: string): Promise<void> {
    const { parts, stop, signal } = this.#options;
    const done = new AbortController();
    const stopped = stop(id).catch((error: unknown) => {
      if (!signal.aborted) parts.log.warn({ workload: id, err: error }, 'a workload of the drained node could not be stopped');
    });
    await Promise.race([stopped, parts.clock.sleep(PATIENCE_MS, AbortSignal.any([signal, done.signal])).catch(() => undefined)]);
    done.abort();
  }
}
