import { setTimeout as delay } from 'node:timers/promises';
import { AxionError, untilAborted } from '@axion/core';
import type { Clock } from '@axion/core';
import { bucketStream, LEASE_TTL_SECONDS, subjects } from '@axion/contracts';
import type { Lease, Leases } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import { HeldLease } from './held-lease.ts';
import { jsonOf } from './json-message.ts';
import { isGone, thisHolder } from './lease-holder.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { storedMessage } from './stored-message.ts';
import type { StoredMessage } from './stored-message.ts';
import type { StreamStore } from './stream-store.ts';

const STREAM = bucketStream('leases').name;
const TTL_MS = LEASE_TTL_SECONDS * 1000;
/** A waiter looks this long after the holder's time is over; whoever comes first gets it. */
const GRACE_MS = 200;

/**
 * A revision, raised by its stream's time of creation in milliseconds × 2¹¹: a replaced stream counts from 1 again, but no
 * stream takes two thousand writes a millisecond. Stays a safe integer until the year 2109.
 */
const fence = (createdAt: number, revision: number): number => createdAt * 2 ** 11 + revision;

/** Leases in the bucket `leases`: a key's value is its holder, renewed while it is held. */
export class BucketLeases implements Leases {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #instance: string;
  readonly #clock: Clock;
  /** Asked for once a connection: between two the store may have been replaced. */
  #created: { readonly epoch: number; readonly at: number } | undefined;

  constructor(connection: BusConnection, store: StreamStore, instance: string, clock: Clock) {
    this.#connection = connection;
    this.#store = store;
    this.#instance = instance;
    this.#clock = clock;
  }

  async acquire(key: string): Promise<Lease | undefined> {
    const subject = subjects.bucketKey('leases', key);
    const what = `lease ${key}`;
    const last = await this.#store.last(what, STREAM, subject);
    if (last !== undefined && this.#remaining(last) > 0) return undefined;
    const holder = thisHolder(`${this.#connection.user}/${this.#instance}`);
    const write = (expectedLast: number, deletes = false): Promise<number> =>
      this.#store.store(what, subject, deletes ? '' : JSON.stringify(holder), { expectedLast, deletes }).then(({ sequence }) => sequence);
    const current = async (): Promise<number | undefined> => {
      const now = await this.#store.last(what, STREAM, subject);
      return now !== undefined && this.#holder(now)?.id === holder.id ? now.sequence : undefined;
    };
    const asked = HeldLease.now(this.#clock);
    try {
      const revision = await write(last?.sequence ?? 0);
      return new HeldLease({ key, revision, sequence: fence(await this.#streamCreatedAt(), revision), asked, clock: this.#clock, log: this.#connection.log, write, current });
    } catch (error) {
      // Somebody was faster.
      if (error instanceof AxionError && error.code === 'ABORTED') return undefined;
      throw error;
    }
  }

  async free(key: string, signal: AbortSignal): Promise<void> {
    const subject = subjects.bucketKey('leases', key);
    const released = Promise.withResolvers<void>();
    const subscription = this.#connection.subscribe(subjects.stored(subject), (message) => {
      if (storedMessage(message)?.deleted) released.resolve();
    });
    try {
      for (;;) {
        const last = await this.#store.last(`wait for lease ${key}`, STREAM, subject);
        const remaining = last === undefined ? 0 : this.#remaining(last);
        if (remaining <= 0) return;
        const ended = new AbortController();
        const soon = delay(remaining + GRACE_MS, 'time' as const, { signal: ended.signal }).catch(() => 'time' as const);
        try {
          const why = await untilAborted(Promise.race([soon, released.promise.then(() => 'released' as const)]), signal);
          if (why === 'released') return;
        } finally {
          ended.abort();
        }
      }
    } finally {
      subscription.stop();
    }
  }

  async #streamCreatedAt(): Promise<number> {
    const { epoch } = this.#connection;
    if (this.#created?.epoch !== epoch) this.#created = { epoch, at: (await this.#store.state(STREAM)).createdAt };
    return this.#created.at;
  }

  /** Milliseconds until a lease is over, by the wall clock that the server and all instances share. */
  #remaining(lease: StoredMessage): number {
    const holder = this.#holder(lease);
    if (holder === undefined || isGone(holder)) return 0;
    return lease.storedAt + TTL_MS - this.#clock.now();
  }

  #holder(lease: StoredMessage): LeaseHolder | undefined {
    return lease.deleted ? undefined : (jsonOf(lease, this.#connection.log) as LeaseHolder | undefined);
  }
}
