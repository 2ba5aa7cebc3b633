import type { Clock } from '@axion/core';
import { stableJson } from '@axion/swarm-stack';

type Payload = Readonly<Record<string, unknown>>;

const EVERY_MS = 1000;

/**
 * Progress events: only what changed, at most one a second, the latest state wins.
 *
 * Invariants: one event is sent at a time, in order; after `close` none follows, so that the terminal event is the last.
 */
export class Progress {
  readonly #send: (payload: Payload) => Promise<void>;
  readonly #clock: Clock;
  #last = '';
  #sentAt = -Infinity;
  #next: Payload | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(send: (payload: Payload) => Promise<void>, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  offer(payload: Payload): void {
    const text = stableJson(payload);
    if (this.#closed || text === this.#last) return;
    this.#last = text;
    this.#next = payload;
    this.#sending ??= this.#run().finally(() => (this.#sending = undefined));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#sending;
  }

  #wake: () => void = () => undefined;

  async #run(): Promise<void> {
    while (this.#next !== undefined && !this.#closed) {
      const wait = this.#sentAt + EVERY_MS - this.#clock.monotonic();
      if (wait > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        const over = new AbortController();
        const ignore = (): undefined => undefined;
        await Promise.race([this.#clock.sleep(wait, over.signal).catch(ignore), promise]);
        over.abort();
        continue;
      }
      const payload = this.#next;
      this.#next = undefined;
      this.#sentAt = this.#clock.monotonic();
      // Progress that cannot be told is no reason to stop working.
      await this.#send(payload).catch(() => undefined);
    }
  }
}
