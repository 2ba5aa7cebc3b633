import type { StoredMessage } from './stored-message.ts';

interface Asker {
  readonly see: (message: StoredMessage | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Subjects in one question; the server answers at most 1,024. */
const WIDTH = 256;

/**
 * Reads the last messages of subjects, those that are asked for together in one request: under load a request costs the server
 * more than the messages.
 *
 * Invariants: an answer comes from a read that began after it was asked for; there is one read at a time, and whoever asks
 * meanwhile shares the next.
 */
export class GatheredReads {
  readonly #read: (subjects: readonly string[]) => Promise<readonly StoredMessage[]>;
  #waiting = new Map<string, Asker[]>();
  #reading = false;

  /** @param read the last messages of those subjects that have one */
  constructor(read: (subjects: readonly string[]) => Promise<readonly StoredMessage[]>) {
    this.#read = read;
  }

  last(subject: string): Promise<StoredMessage | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<StoredMessage | undefined>();
    const asker: Asker = { see: resolve, fail: reject };
    const same = this.#waiting.get(subject);
    if (same === undefined) this.#waiting.set(subject, [asker]);
    else same.push(asker);
    if (!this.#reading) void this.#readWhileAsked();
    return promise;
  }

  /** Never rejects. */
  async #readWhileAsked(): Promise<void> {
    this.#reading = true;
    // What is asked for in the same turn is asked together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, WIDTH);
      for (const [subject] of batch) this.#waiting.delete(subject);
      await this.#answer(batch);
    }
    this.#reading = false;
  }

  async #answer(batch: readonly (readonly [subject: string, askers: readonly Asker[]])[]): Promise<void> {
    try {
      const found = new Map((await this.#read(batch.map(([subject]) => subject))).map((message) => [message.subject, message]));
      for (const [subject, askers] of batch) for (const { see } of askers) see(found.get(subject));
    } catch (error) {
      for (const [, askers] of batch) for (const { fail } of askers) fail(error);
    }
  }
}
