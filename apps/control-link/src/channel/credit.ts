import { untilAborted } from '@axion/core';

/** Room that the reader of a stream has given, in chunks. */
export class Credit {
  #left: number;
  #more = Promise.withResolvers<void>();

  constructor(initial: number) {
    this.#left = Math.max(0, initial);
  }

  add(chunks: number): void {
    this.#left += Math.max(0, chunks);
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  /** Takes room for one chunk; waits until there is some. */
  async take(signal: AbortSignal): Promise<void> {
    while (this.#left === 0) await untilAborted(this.#more.promise, signal);
    this.#left -= 1;
  }
}
