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

  /** Waits for a place; the returned function gives it back, once. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#giveBack();
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
    return this.#giveBack();
  }

  #giveBack(): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#pass();
    };
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
