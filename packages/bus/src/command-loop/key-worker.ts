import { isDeepStrictEqual } from 'node:util';
import { AxionError, backoffDelay, untilAborted } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';
import { leaseKey } from '@axion/contracts';
import type { CommandType, Executor, LedgerEntry } from '@axion/contracts';
import type { AnnouncedCommand, Bus, Lease, PendingCommand, QueuedCommand } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';
import { Endings } from './endings.ts';
import { isBusTrouble } from './execution.ts';
import type { EarlyAnswer, Ending, Execution } from './execution.ts';
import { Heard } from './heard.ts';
import type { Place, Slots } from './slots.ts';

export interface KeyWorkerOptions {
  readonly executor: Executor;
  readonly key: string;
  readonly bus: Pick<Bus, 'commands' | 'leases'>;
  readonly execution: Execution;
  readonly slots: Slots;
  /** Places for commands that only read. */
  readonly readers: Slots;
  readonly readOnly: (type: CommandType) => boolean;
  readonly clock: Clock;
  readonly log: BusLog;
  /** No new command is begun. */
  readonly draining: AbortSignal;
  /** What is in hand is handed back. */
  readonly stopping: AbortSignal;
}

/** The lease is kept this long after the last command, for the next one. */
const LINGER_MS = 2000;
/** How often the lease of another instance is looked at. */
const LOOK_AGAIN_MS = 2000;
const PAGE = 16;
const BUS_AWAY: BackoffPolicy = { initial: 100, factor: 2, max: 3000, jitter: 0.5 };

/**
 * Works off the queue of one key.
 *
 * Invariants: commands of the key are executed one at a time and in the order of the stream; only under the key's lease;
 * a place to work in is held only while a command is really worked on, never while waiting for the lease, for the next
 * command or for a deployment to converge; one that only reads never waits for one that changes something of another key.
 */
export class KeyWorker {
  readonly #options: KeyWorkerOptions;
  #heard = new Heard();
  /** The last command that was taken up here. */
  #last = 0;
  #lease: Lease | undefined;
  /** Commands of the present page that ended since it was read. */
  readonly #ended = new Set<string>();
  /** While the queue is empty under it. */
  #idle: Hold | undefined;
  #early: EarlyAnswer | undefined;
  #current: { readonly command: QueuedCommand; readonly cancel: AbortController } | undefined;

  constructor(options: KeyWorkerOptions) {
    this.#options = options;
  }

  /** Something came after the queue was looked at last. */
  get woken(): boolean {
    return !this.#heard.isNothing;
  }

  /** Something new waits. */
  wake(pending: PendingCommand): void {
    this.#heard.add(pending);
  }

  /** A command is being stored: what it asks for may be looked up meanwhile, where nothing stands before it. */
  announce(announced: AnnouncedCommand): void {
    const { execution, readOnly, readers, draining } = this.#options;
    const hold = this.#idle;
    if (hold === undefined || this.woken || this.#early !== undefined || readers.free === 0 || draining.aborted) return;
    const command = announced.read();
    if (command === undefined || !readOnly(command.type)) return;
    const { lease, gone } = hold;
    this.#early = execution.early(command, { lease, handBack: gone, cancelled: gone, later: async () => [], offSlot: (work) => work() });
  }

  /** Runs until the queue has been empty for a while or the process drains. Never rejects. */
  async run(): Promise<void> {
    const { draining, log, key, clock } = this.#options;
    for (let attempt = 0; !draining.aborted; ) {
      try {
        if (await this.#session()) return;
        attempt = 0;
      } catch (error) {
        if (draining.aborted) return;
        if (isLeaseLost(error)) continue;
        log[isBusTrouble(error) ? 'warn' : 'error']({ key, err: error }, 'the queue will be looked at again');
        await clock.sleep(backoffDelay(BUS_AWAY, attempt), draining).catch(() => undefined);
        attempt += 1;
      }
    }
  }

  /** Cancels a command of this key: the running one, or one that waits behind it. `undefined`: not here. */
  async cancel(commandId: string | undefined, by: AxionError): Promise<'running' | 'waiting' | undefined> {
    const current = this.#current;
    if (current !== undefined && (commandId === undefined || current.command.commandId === commandId)) {
      current.cancel.abort(by);
      return 'running';
    }
    const lease = this.#lease;
    if (lease === undefined || commandId === undefined) return undefined;
    const { bus, executor, key, execution } = this.#options;
    // What was taken up before may still lie there, and has its end.
    const command = (await bus.commands.waiting(executor, key, 256, this.#last)).find((waiting) => waiting.commandId === commandId);
    if (command === undefined) return undefined;
    await execution.refuse(command, by, lease);
    this.#ended.add(command.commandId);
    return 'waiting';
  }

  /** One hold of the lease. `true`: the queue is worked off. */
  async #session(): Promise<boolean> {
    const { bus, executor, key, slots, readers, draining, stopping } = this.#options;
    const places: Places = { working: slots.place(), reading: readers.place() };
    let lease: Lease | undefined;
    let endings: Endings | undefined;
    try {
      await (await this.#entrance(places)).take(draining);
      lease = await bus.leases.acquire(leaseKey(executor, key));
      if (lease === undefined) {
        leave(places);
        this.#heard = new Heard();
        if ((await bus.commands.head(executor, key)) === undefined) return true;
        await this.#untilFree();
        return false;
      }
      this.#lease = lease;
      const hold: Hold = { lease, over: AbortSignal.any([draining, lease.lost]), gone: AbortSignal.any([stopping, lease.lost]) };
      const queueOf = { executor, key, lease };
      endings = new Endings(bus.commands.removals(queueOf));
      for (let empty = false; ; ) {
        const heard: QueuedCommand | undefined = empty && endings.open ? this.#heard.only(this.#last) : undefined;
        // What is read is what has not ended, but for what ended in an earlier connection.
        if (heard === undefined) await endings.settle();
        this.#heard = new Heard();
        if (!endings.open) endings = new Endings(bus.commands.removals(queueOf));
        const queue: readonly QueuedCommand[] = heard === undefined ? await bus.commands.waiting(executor, key, PAGE) : [heard];
        const early = heard === undefined ? undefined : this.#earlyOf(heard);
        this.#early = undefined;
        await this.#page(queue, hold, places, endings, early);
        leave(places);
        empty = heard !== undefined || queue.length === 0;
        if (draining.aborted || (empty && this.#heard.isNothing && !(await this.#linger(hold)))) {
          await endings.settle();
          return true;
        }
      }
    } finally {
      this.#lease = undefined;
      this.#early = undefined;
      leave(places);
      await endings?.rest();
      await lease?.release();
    }
  }

  /** Through which place to come in: an instance that has none for the key's next command leaves the key to the others. */
  async #entrance({ working, reading }: Places): Promise<Place> {
    const { bus, executor, key, slots, readOnly } = this.#options;
    if (slots.free > 0) return working;
    const next = await bus.commands.head(executor, key);
    return next !== undefined && readOnly(next.type) ? reading : working;
  }

  /** Until the lease is released or over; looked at in between, because a holder whose process is gone is seen at once then. */
  async #untilFree(): Promise<void> {
    const { bus, executor, key, draining } = this.#options;
    const look = AbortSignal.timeout(LOOK_AGAIN_MS);
    await bus.leases.free(leaseKey(executor, key), AbortSignal.any([draining, look])).catch((error: unknown) => {
      if (!look.aborted || draining.aborted) throw error;
    });
  }

  /** Executes a part of the queue. */
  async #page(queue: readonly QueuedCommand[], hold: Hold, places: Places, endings: Endings, early: EarlyAnswer | undefined): Promise<void> {
    const { draining, execution, readOnly } = this.#options;
    const known = early === undefined ? queue.map((command) => execution.known(command)) : [early.known];
    // Those that are not reached fail unheard.
    for (const lookup of known) lookup.catch(() => undefined);
    this.#ended.clear();
    for (const [at, command] of queue.entries()) {
      if (draining.aborted || !endings.open) return;
      // The same id twice in one page, or cancelled since: what was known is out of date.
      const end = this.#ended.has(command.commandId) ? execution.known(command) : known[at]!;
      const [place, other] = readOnly(command.type) ? [places.reading, places.working] : [places.working, places.reading];
      other.give();
      await place.take(hold.over);
      this.#last = command.sequence;
      const ending = await this.#execute(command, end, { hold, place, before: endings.told, early });
      this.#ended.add(command.commandId);
      endings.add(ending, command.sequence);
    }
  }

  async #execute(command: QueuedCommand, known: Promise<LedgerEntry | undefined>, { hold: { lease, gone }, place, before, early }: { hold: Hold; place: Place; before: Promise<void>; early: EarlyAnswer | undefined }): Promise<Ending> {
    const { bus, executor, key, execution, draining } = this.#options;
    const cancel = new AbortController();
    // What only waits is handed back as soon as the process drains: it can wait elsewhere.
    const leave = new AbortController();
    const onDrain = (): void => leave.abort(draining.reason);
    // A question that is answered already waits for nothing.
    const handBack = early === undefined ? AbortSignal.any([gone, leave.signal]) : gone;
    this.#current = { command, cancel };
    try {
      return await execution.run(command, known, {
        lease,
        before,
        onHandled: () => place.give(),
        handBack,
        cancelled: cancel.signal,
        later: () => bus.commands.waiting(executor, key, 256, command.sequence),
        offSlot: async (work) => {
          place.give();
          if (draining.aborted) onDrain();
          draining.addEventListener('abort', onDrain, { once: true });
          try {
            return await work();
          } finally {
            draining.removeEventListener('abort', onDrain);
            await place.take(handBack);
          }
        },
      }, early);
    } finally {
      this.#current = undefined;
    }
  }

  /** What was looked up for exactly this command. */
  #earlyOf(command: QueuedCommand): EarlyAnswer | undefined {
    const asked = this.#early?.command;
    return asked?.commandId === command.commandId && asked.type === command.type && isDeepStrictEqual(asked.payload, command.payload) ? this.#early : undefined;
  }

  /** Keeps the lease for a moment. `true`: something came. */
  async #linger(hold: Hold): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), LINGER_MS);
    void this.#heard.something.then(() => resolve(true));
    this.#idle = hold;
    try {
      return await untilAborted(promise, hold.over);
    } catch (error) {
      // A process that drains has time to finish what it told.
      if (hold.gone.aborted) throw error;
      return false;
    } finally {
      this.#idle = undefined;
      clearTimeout(timer);
    }
  }
}

/** One hold of the key's lease. */
interface Hold {
  readonly lease: Lease;
  /** Nothing more is begun: the lease is lost, or the process drains. */
  readonly over: AbortSignal;
  /** What is in hand is handed back: the lease is lost, or the process stops. */
  readonly gone: AbortSignal;
}

/** Where a worker may work: one of the two is held at a time. */
interface Places {
  readonly working: Place;
  readonly reading: Place;
}

const leave = ({ working, reading }: Places): void => {
  working.give();
  reading.give();
};

const isLeaseLost = (error: unknown): boolean => error instanceof AxionError && error.reason === 'LEASE_LOST';
