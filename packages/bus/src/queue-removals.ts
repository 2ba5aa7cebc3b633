import { subjects, STREAMS } from '@axion/contracts';
import type { CommandQueue, Removals } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import type { StreamStore } from './stream-store.ts';

/**
 * Removes what has ended of one queue.
 *
 * Invariants: only under the lease; and only in the connection in which the sequences were read: a store that was replaced
 * since counts from 1 again, and the same numbers are other commands'.
 */
export class QueueRemovals implements Removals {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #queue: CommandQueue;
  readonly #epoch: number;

  constructor(connection: BusConnection, store: StreamStore, queue: CommandQueue) {
    this.#connection = connection;
    this.#store = store;
    this.#queue = queue;
    this.#epoch = connection.epoch;
  }

  get current(): boolean {
    return this.#connection.connected && this.#connection.epoch === this.#epoch;
  }

  async through(sequence: number): Promise<void> {
    if (!this.current) return;
    const { executor, key, lease } = this.#queue;
    lease.assertHeld();
    await this.#store.purge(`remove ended commands of ${key}`, STREAMS.COMMANDS.name, sequence, subjects.command(executor, key));
  }
}
