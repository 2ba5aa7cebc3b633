import { setTimeout as delay } from 'node:timers/promises';
import { subjects } from '@axion/contracts';
import type { Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { storedMessage } from './stored-message.ts';
import type { StoredMessage } from './stored-message.ts';
import type { StreamStore } from './stream-store.ts';

export interface FollowOptions {
  readonly what: string;
  readonly stream: string;
  readonly filter: string;
  /** Messages up to this sequence are not reported; `0` reports all. */
  readonly after: number;
  /** After a reconnect report everything that is there again, not only what is new. */
  readonly repeatAll: boolean;
}

const PAGE = 256;
const RETRY_MS = 1000;

/**
 * Reports the messages of a stream in order: those that are there, then each as it is stored.
 *
 * Invariants: sequences grow between two connections; a message that is in the stream is reported; while catching up, what
 * arrives live is not reported but read, so that nothing overtakes. The server repeats a message after it is on disk, on
 * the same connection and in order, so only a broken connection can lose one: then it catches up again.
 */
export class StreamFollower implements Subscription {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #options: FollowOptions;
  readonly #onMessage: (message: StoredMessage) => void;
  readonly #stopped = new AbortController();
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #subscriptions: Subscription[] = [];
  #last: number;
  /** Largest sequence seen live while catching up. */
  #seen = 0;
  #createdAt = 0;
  #live = false;
  #catchingUp = false;
  #again = false;

  constructor(connection: BusConnection, store: StreamStore, options: FollowOptions, onMessage: (message: StoredMessage) => void) {
    this.#connection = connection;
    this.#store = store;
    this.#options = options;
    this.#onMessage = onMessage;
    this.#last = options.after;
  }

  /** Resolves when everything that was there has been reported. */
  async start(): Promise<this> {
    this.#subscriptions.push(
      this.#connection.subscribe(subjects.stored(this.#options.filter), (message) => this.#onLive(storedMessage(message))),
      this.#connection.onConnection((connected) => (connected ? this.#restart() : void (this.#live = false))),
    );
    await this.#caughtUp.promise;
    return this;
  }

  stop(): void {
    this.#stopped.abort();
    for (const subscription of this.#subscriptions) subscription.stop();
    this.#caughtUp.resolve();
  }

  #onLive(message: StoredMessage | undefined): void {
    if (message === undefined || this.#stopped.signal.aborted) return;
    if (!this.#live) this.#seen = Math.max(this.#seen, message.sequence);
    else if (message.sequence > this.#last) this.#report(message);
  }

  #report(message: StoredMessage): void {
    this.#last = message.sequence;
    try {
      this.#onMessage(message);
    } catch (error) {
      this.#connection.log.error({ stream: this.#options.stream, sequence: message.sequence, error: (error as Error).message }, 'a stored message could not be handled');
    }
  }

  #restart(): void {
    this.#live = false;
    if (this.#catchingUp) this.#again = true;
    else void this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    const { signal } = this.#stopped;
    this.#catchingUp = true;
    do {
      this.#again = false;
      if (this.#options.repeatAll) this.#last = this.#options.after;
      try {
        await this.#readAll();
      } catch (error) {
        if (this.#connection.connected && !signal.aborted) {
          this.#connection.log.warn({ stream: this.#options.stream, error: (error as Error).message }, 'a stream could not be read, trying again');
          this.#again = true;
          await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
    } while (this.#again && !signal.aborted);
    this.#catchingUp = false;
  }

  /** Where the store was replaced, the sequences begin anew, and everything in it is new. */
  async #recogniseStream(): Promise<void> {
    const { createdAt } = await this.#store.state(this.#options.stream);
    if (this.#createdAt !== 0 && this.#createdAt !== createdAt) {
      this.#last = 0;
      this.#seen = 0;
    }
    this.#createdAt = createdAt;
  }

  async #readAll(): Promise<void> {
    const { what, stream, filter } = this.#options;
    // The subscription must be in force before the first page is read, or a message could fall between the two.
    await this.#connection.flush();
    await this.#recogniseStream();
    while (!this.#stopped.signal.aborted && !this.#again) {
      const seenBefore = this.#seen;
      const { messages, pending } = await this.#store.page(what, stream, filter, this.#last + 1, PAGE);
      for (const message of messages) {
        if (this.#stopped.signal.aborted) return;
        this.#report(message);
      }
      // Whatever was seen live before the page was asked for is in it, or gone again; what was seen since may not be.
      if (pending === 0 && (this.#seen <= this.#last || this.#seen === seenBefore)) {
        this.#live = true;
        this.#caughtUp.resolve();
        return;
      }
    }
  }
}
