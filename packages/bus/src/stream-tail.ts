import { untilAborted } from '@axion/core';
import { subjects } from '@axion/contracts';
import type { Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import type { Page, StreamStore } from './stream-store.ts';

/** Should a wake-up ever be missed, a waiting reader looks again after this long. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Waits for what comes next in a stream.
 *
 * Invariant: a message stored after a page was asked for ends the wait that follows the page.
 */
export class StreamTail {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #stream: string;
  readonly #filter: string;
  #subscriptions: Subscription[] | undefined;
  #version = 0;
  #changed = Promise.withResolvers<void>();

  constructor(connection: BusConnection, store: StreamStore, stream: string, filter: string) {
    this.#connection = connection;
    this.#store = store;
    this.#stream = stream;
    this.#filter = filter;
  }

  /** A page of at least one message; rejects with the signal's reason, or `UNAVAILABLE` when the bus goes away meanwhile. */
  async next(what: string, from: number, max: number, signal: AbortSignal): Promise<Page> {
    signal.throwIfAborted();
    if (this.#subscriptions === undefined) {
      const changed = (): void => this.#change();
      this.#subscriptions = [this.#connection.subscribe(subjects.stored(this.#filter), changed), this.#connection.onConnection(changed)];
      await this.#connection.flush();
    }
    for (;;) {
      const version = this.#version;
      const page = await untilAborted(this.#store.page(what, this.#stream, this.#filter, from, max), signal);
      if (page.messages.length > 0) return page;
      if (version === this.#version) await this.#wait(signal);
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const timer = setTimeout(() => this.#change(), LOOK_AGAIN_MS);
    try {
      await untilAborted(this.#changed.promise, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #change(): void {
    this.#version += 1;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
