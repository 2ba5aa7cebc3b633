import { systemClock } from '@axion/core';
import type { AxionError, Clock } from '@axion/core';
import type { CommandType, Executor, LedgerEntry } from '@axion/contracts';
import type { Bus, PendingCommand, QueuedCommand, Subscription } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';
import { CommandLog } from './command-log.ts';
import type { CommandHandler, ExecutionTrace } from './command-run.ts';
import { Execution } from './execution.ts';
import { KeyWorker } from './key-worker.ts';
import { Slots } from './slots.ts';

export interface CommandLoopOptions {
  readonly executor: Executor;
  readonly bus: Pick<Bus, 'commands' | 'events' | 'leases' | 'bucket'>;
  readonly handle: CommandHandler;
  readonly agentId: () => string;
  /** How many commands are worked on at a time, over all keys. */
  readonly parallelism: number;
  /** Which commands only read: they take no place from those that change something, and repeating one is harmless. Default none. */
  readonly readOnly?: (type: CommandType) => boolean;
  readonly log: BusLog;
  readonly clock?: Clock;
  readonly onEnded?: (command: QueuedCommand, ok: boolean, seconds: number) => void;
  /** Called where an execution begins. */
  readonly trace?: (command: QueuedCommand) => ExecutionTrace;
}

/** How long short commands may still take when the process drains, before they too are handed back. */
const DRAIN_MS = 3000;
/** Commands that only read, side by side: enough to share what they ask for, and what they hold in memory stays bounded. */
const READERS = 64;

/**
 * Executes the commands of one executor: what waits on start, then what comes. Several instances may do so at once, and
 * each key is one instance's at a time. Has the shape of service-kit's `Service`.
 *
 * Invariants: every waiting key has a worker here (which may be waiting for another instance's lease); a key never has two.
 */
export class CommandLoop {
  readonly name = 'commands';
  readonly #options: CommandLoopOptions;
  readonly #workers = new Map<string, { readonly worker: KeyWorker; readonly done: Promise<void> }>();
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();
  readonly #slots: Slots;
  readonly #readers = new Slots(READERS);
  readonly #execution: Execution;
  readonly #clock: Clock;
  #watches: readonly Subscription[] = [];

  constructor(options: CommandLoopOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#slots = new Slots(options.parallelism);
    this.#execution = new Execution({ ...options, log: new CommandLog(options.log), readOnly: options.readOnly ?? nothing, ledger: options.bus.bucket<LedgerEntry>('ledger'), clock: this.#clock });
  }

  /** How many keys are in hand here. */
  get active(): number {
    return this.#workers.size;
  }

  async start(): Promise<void> {
    const { executor, bus, readOnly } = this.#options;
    const announced = readOnly === undefined ? [] : [bus.commands.announced(executor, (command) => this.#workers.get(command.key)?.worker.announce(command))];
    this.#watches = [await bus.commands.watch(executor, (pending) => this.#wake(pending)), ...announced];
  }

  /** Begins nothing new, lets short commands end and hands deployments back: the next instance continues them. */
  async drain(): Promise<void> {
    for (const watch of this.#watches) watch.stop();
    this.#draining.abort(new Error('the process drains'));
    const ended = Promise.all([...this.#workers.values()].map(({ done }) => done));
    const enough = new AbortController();
    await Promise.race([ended, this.#clock.sleep(DRAIN_MS, enough.signal).catch(() => undefined)]);
    enough.abort();
    this.#stopping.abort(new Error('the process stops'));
    await ended;
  }

  async stop(): Promise<void> {
    await this.drain();
  }

  /**
   * Cancels a command: by its id, or whatever runs for `key`.
   *
   * @returns where it stood; `undefined` when it is not in hand here
   */
  async cancel(target: { readonly key: string; readonly commandId?: string }, by: AxionError): Promise<'running' | 'waiting' | undefined> {
    return this.#workers.get(target.key)?.worker.cancel(target.commandId, by);
  }

  #wake(pending: PendingCommand): void {
    const { key } = pending;
    if (this.#draining.signal.aborted) return;
    const present = this.#workers.get(key);
    if (present !== undefined) {
      present.worker.wake(pending);
      return;
    }
    const { executor, bus, log } = this.#options;
    const worker = new KeyWorker({
      executor,
      key,
      bus,
      log,
      execution: this.#execution,
      slots: this.#slots,
      readers: this.#readers,
      readOnly: this.#options.readOnly ?? nothing,
      clock: this.#clock,
      draining: this.#draining.signal,
      stopping: this.#stopping.signal,
    });
    const done = worker.run().then(() => {
      this.#workers.delete(key);
      // Something may have come while it was about to end.
      if (worker.woken) this.#wake(pending);
    });
    this.#workers.set(key, { worker, done });
  }
}

const nothing = (): boolean => false;
