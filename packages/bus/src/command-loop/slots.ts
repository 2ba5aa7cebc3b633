import { untilAborted } from '@axion/core';

/**
 * A fixed number of places to work in, given out in the order they were asked for.
 *
 * Invariant: `free + taken = size`; a waiter that gave up never takes a place.
 */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** How many could be taken at once. */
  get free(): number {
    return this.#free;
  }

  /** A place for one worker, not taken yet. */
  place(): Place {
    return new Place(
      (signal) => this.#take(signal),
      () => this.#pass(),
    );
  }

  async #take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    try {
      await untilAborted(promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(resolve);
      // It may have been given the place in the same instant: then that goes on to the next.
      if (at === -1) this.#pass();
      else this.#waiting.splice(at, 1);
      throw error;
    }
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** A worker's place. Taking what is held and giving what is not are no errors; one `take` at a time. */
export class Place {
  readonly #take: (signal: AbortSignal) => Promise<void>;
  readonly #give: () => void;
  #held = false;

  constructor(take: (signal: AbortSignal) => Promise<void>, give: () => void) {
    this.#take = take;
    this.#give = give;
  }

  async take(signal: AbortSignal): Promise<void> {
    if (this.#held) return;
    await this.#take(signal);
    this.#held = true;
  }

  give(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#give();
  }
}
