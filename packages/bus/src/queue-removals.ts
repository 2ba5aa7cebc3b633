import { subjects, STREAMS } from '@axion/contracts';
import type { Executor } from '@axion/contracts';
import type { Lease, Removals } from './bus.ts';
import type { BusConnection } from './bus-connection.ts';
import type { StreamStore } from './stream-store.ts';

/**
 * So long what has ended gathers. A stream that becomes empty is given a new file and loses the old one, synced, so removing
 * each command by itself would cost the server more than storing it did.
 */
const GATHER_MS = 200;

/**
 * Removes the commands of one queue that have ended, together: everything up to a sequence in one request.
 *
 * Invariants: one request at a time, only under the lease; and only in the connection in which the sequences were read: a
 * store that was replaced since counts from 1 again, and the same numbers are other commands'. What is left behind then has
 * its end in the ledger, and goes when it is met again.
 */
export class QueueRemovals implements Removals {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #executor: Executor;
  readonly #key: string;
  readonly #lease: Pick<Lease, 'assertHeld'>;
  readonly #epoch: number;
  #ended = 0;
  #gone = 0;
  #timer: NodeJS.Timeout | undefined;
  #removing: Promise<void> | undefined;

  constructor(connection: BusConnection, store: StreamStore, queue: { readonly executor: Executor; readonly key: string; readonly lease: Pick<Lease, 'assertHeld'> }) {
    this.#connection = connection;
    this.#store = store;
    this.#executor = queue.executor;
    this.#key = queue.key;
    this.#lease = queue.lease;
    this.#epoch = connection.epoch;
  }

  get current(): boolean {
    return this.#connection.connected && this.#connection.epoch === this.#epoch;
  }

  ended(sequence: number): void {
    this.#ended = sequence;
    // What cannot be removed now is still to be by the next `flush`.
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), GATHER_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#removing !== undefined) await this.#removing.catch(() => undefined);
    if (this.#ended <= this.#gone || !this.current) return;
    this.#removing = this.#remove(this.#ended).finally(() => (this.#removing = undefined));
    await this.#removing;
  }

  async #remove(through: number): Promise<void> {
    this.#lease.assertHeld();
    await this.#store.purge(`remove ended commands of ${this.#key}`, STREAMS.COMMANDS.name, through, subjects.command(this.#executor, this.#key));
    this.#gone = through;
  }
}
