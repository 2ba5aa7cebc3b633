import { AxionError } from '@axion/core';
import { bucketStream, subjects } from '@axion/contracts';
import type { BucketName } from '@axion/contracts';
import type { Bucket, BucketChange, BucketEntry, Subscription } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { GatheredReads } from './gathered-reads.ts';
import { jsonOf } from './json-message.ts';
import type { StoredMessage } from './stored-message.ts';
import { StreamFollower } from './stream-follower.ts';
import type { StreamStore } from './stream-store.ts';

const KEY = /^[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]+)*$/;
const PAGE = 512;

/** A bucket of JSON values in the layout of NATS's key-value buckets. */
export class JsonBucket<T> implements Bucket<T> {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #name: BucketName;
  readonly #stream: string;
  readonly #reads: GatheredReads;

  constructor(connection: BusConnection, store: StreamStore, name: BucketName) {
    this.#connection = connection;
    this.#store = store;
    this.#name = name;
    this.#stream = bucketStream(name).name;
    this.#reads = new GatheredReads((asked) => store.lastOf(`read ${name}`, this.#stream, asked));
  }

  async get(key: string): Promise<BucketEntry<T> | undefined> {
    const message = await this.#reads.last(this.#subject(key));
    return message === undefined ? undefined : this.#entry(message);
  }

  async put(key: string, value: T): Promise<number> {
    return (await this.#store.store(`write ${this.#name}/${key}`, this.#subject(key), JSON.stringify(value))).sequence;
  }

  async create(key: string, value: T): Promise<number> {
    try {
      return await this.update(key, value, 0);
    } catch (error) {
      if (!(error instanceof AxionError) || error.code !== 'ABORTED') throw error;
    }
    const message = await this.#last(key);
    if (message !== undefined && this.#entry(message) !== undefined) {
      throw new AxionError('ALREADY_EXISTS', `${this.#name}/${key} exists already`);
    }
    return this.update(key, value, message?.sequence ?? 0);
  }

  async update(key: string, value: T, revision: number): Promise<number> {
    const stored = await this.#store.store(`write ${this.#name}/${key}`, this.#subject(key), JSON.stringify(value), { expectedLast: revision });
    return stored.sequence;
  }

  async delete(key: string, revision?: number): Promise<void> {
    const subject = this.#subject(key);
    await this.#store.store(`delete ${this.#name}/${key}`, subject, '', { deletes: true, ...(revision === undefined ? {} : { expectedLast: revision }) });
  }

  async keys(filter = '>'): Promise<readonly string[]> {
    return (await this.entries(filter)).map(({ key }) => key);
  }

  async entries(filter = '>'): Promise<readonly BucketEntry<T>[]> {
    const found: BucketEntry<T>[] = [];
    let from = 1;
    for (;;) {
      const { messages, pending } = await this.#store.page(`list ${this.#name}`, this.#stream, this.#subject(filter, true), from, PAGE);
      for (const message of messages) {
        const entry = this.#entry(message);
        if (entry !== undefined) found.push(entry);
      }
      if (pending === 0 || messages.length === 0) return found;
      from = messages.at(-1)!.sequence + 1;
    }
  }

  async watch(onChange: (change: BucketChange<T>) => void, filter = '>'): Promise<Subscription> {
    const follow = { what: `watch ${this.#name}`, stream: this.#stream, filter: this.#subject(filter, true), after: 0, repeatAll: true };
    return new StreamFollower(this.#connection, this.#store, follow, (message) => {
      const entry = this.#entry(message);
      if (entry !== undefined) onChange(entry);
      else if (message.deleted) onChange({ key: this.#key(message), value: undefined, revision: message.sequence });
    }).start();
  }

  async #last(key: string): Promise<StoredMessage | undefined> {
    return this.#store.last(`read ${this.#name}/${key}`, this.#stream, this.#subject(key));
  }

  #entry(message: StoredMessage): BucketEntry<T> | undefined {
    if (message.deleted) return undefined;
    const value = jsonOf(message, this.#connection.log) as T | undefined;
    return value === undefined ? undefined : { key: this.#key(message), value, revision: message.sequence };
  }

  #key(message: StoredMessage): string {
    return message.subject.slice(subjects.bucketKey(this.#name, '').length);
  }

  #subject(key: string, wildcards = false): string {
    if (!wildcards && !KEY.test(key)) {
      throw new AxionError('INVALID_ARGUMENT', `${JSON.stringify(key.slice(0, 80))} is no key of a bucket: it takes letters, digits, "_", "-", "=", joined by dots`);
    }
    return subjects.bucketKey(this.#name, key);
  }
}
