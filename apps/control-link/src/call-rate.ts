import type { Clock } from '@axion/core';

/** Lets at most so many calls a second begin; the others wait for their turn, first come first served. */
export class CallRate {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #burst: number;
  #next = -Infinity;

  /** @param perSecond also how many may begin at once after a quiet second */
  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#interval = 1000 / perSecond;
    this.#burst = 1000;
  }

  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#next = Math.max(this.#next + this.#interval, now - this.#burst + this.#interval);
    if (this.#next > now) await this.#clock.sleep(this.#next - now, signal);
  }
}
