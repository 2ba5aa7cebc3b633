import { untilAborted } from '@axion/core';
import { subjects } from '@axion/contracts';
import type { StreamSpec } from '@axion/contracts';
import type { Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { storedMessage } from './stored-message.ts';
import type { StoredMessage } from './stored-message.ts';
import type { Page, StreamStore } from './stream-store.ts';

/** Should a wake-up ever be missed, a waiting reader looks again after this long. */
const LOOK_AGAIN_MS = 30_000;

interface Change {
  readonly version: number;
  /** What was stored, where the server repeats all of it. */
  readonly heard: StoredMessage | undefined;
}

/**
 * Waits for what comes next in a stream.
 *
 * Invariants: a message stored after a page was asked for ends the wait that follows the page; what the server repeats is handed
 * on as it is only when it is the very next of the stream, else it is a reason to read.
 */
export class StreamTail {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #stream: Pick<StreamSpec, 'name' | 'repeat'>;
  readonly #filter: string;
  #subscriptions: Subscription[] | undefined;
  #version = 0;
  #changed = Promise.withResolvers<Change>();
  /** After `version` changes nothing was stored at or behind `from`: no need to ask. */
  #seen = { version: -1, from: 0 };

  constructor(connection: BusConnection, store: StreamStore, stream: Pick<StreamSpec, 'name' | 'repeat'>, filter: string) {
    this.#connection = connection;
    this.#store = store;
    this.#stream = stream;
    this.#filter = filter;
  }

  /** A page of at least one message; rejects with the signal's reason, or `UNAVAILABLE` when the bus goes away meanwhile. */
  async next(what: string, from: number, max: number, signal: AbortSignal): Promise<Page> {
    signal.throwIfAborted();
    if (this.#subscriptions === undefined) {
      const complete = this.#stream.repeat === 'message';
      this.#subscriptions = [
        this.#connection.subscribe(subjects.stored(this.#filter), (message) => this.#change(complete ? storedMessage(message) : undefined)),
        this.#connection.onConnection(() => this.#change()),
      ];
      await this.#connection.flush();
    }
    for (;;) {
      const version = this.#version;
      if (this.#seen.version !== version || this.#seen.from !== from) {
        const page = await untilAborted(this.#store.page(what, this.#stream.name, this.#filter, from, max), signal);
        if (page.messages.length > 0) return page;
        if (version !== this.#version) continue;
      }
      const change = await this.#wait(signal);
      if (change.heard?.sequence !== from) continue;
      this.#seen = { version: change.version, from: from + 1 };
      return { messages: [change.heard], pending: 0 };
    }
  }

  async #wait(signal: AbortSignal): Promise<Change> {
    const timer = setTimeout(() => this.#change(), LOOK_AGAIN_MS);
    try {
      return await untilAborted(this.#changed.promise, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #change(heard?: StoredMessage): void {
    this.#version += 1;
    this.#changed.resolve({ version: this.#version, heard });
    this.#changed = Promise.withResolvers();
  }
}
