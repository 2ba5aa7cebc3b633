import type { CommandRun } from '@axion/bus';

/**
 * The place of one command to work in, which may be given up inside of what gave it up already, and by several calls at a time.
 *
 * Invariants: it is given up while anything waits, and asked for again when nothing does; the run is asked for one thing at a time.
 */
export class WorkPlace {
  readonly #run: Pick<CommandRun, 'offSlot'>;
  #waiting = 0;
  #over = Promise.withResolvers<void>();
  /** Resolves when the place is held again. */
  #held: Promise<void> = Promise.resolve();

  constructor(run: Pick<CommandRun, 'offSlot'>) {
    this.#run = run;
  }

  async offSlot<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    if (this.#waiting === 1) this.#leave();
    try {
      return await work();
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) {
        this.#over.resolve();
        await this.#held;
      }
    }
  }

  #leave(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#over = { promise, resolve, reject: () => undefined };
    this.#held = this.#held.then(() => this.#run.offSlot(() => promise));
    // Whoever waited last hears of it.
    this.#held.catch(() => undefined);
  }
}
