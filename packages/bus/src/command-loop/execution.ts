import { setImmediate as turn } from 'node:timers/promises';
import { asAxionError, AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import { errorPayload, ledgerKey, progressEvent, STREAMS, terminalEvent, terminalEventId } from '@axion/contracts';
import type { AgentEvent, CommandType, EventOrigin, LedgerEntry, Outcome, StoredCommand } from '@axion/contracts';
import type { Bucket, Bus, Lease, QueuedCommand } from '../bus.ts';
import type { CommandLog } from './command-log.ts';
import type { CommandHandler, CommandRun, ExecutionTrace } from './command-run.ts';
import { refusal } from './refusals.ts';

export interface ExecutionOptions {
  readonly bus: Pick<Bus, 'events'>;
  readonly ledger: Bucket<LedgerEntry>;
  readonly handle: CommandHandler;
  readonly readOnly: (type: CommandType) => boolean;
  /** Who the events say they are from. */
  readonly agentId: () => string;
  readonly clock: Clock;
  readonly log: CommandLog;
  /** Told of each command that ended here. */
  readonly onEnded?: (command: QueuedCommand, ok: boolean, seconds: number) => void;
  /** Told of each execution that begins here. */
  readonly trace?: (command: QueuedCommand) => ExecutionTrace;
}

export type RunControls = Pick<CommandRun, 'handBack' | 'cancelled' | 'offSlot' | 'later'> & {
  readonly lease: Lease;
  /** The end of the command before is told: only then may this one's events follow. */
  readonly before: Promise<void>;
  /** The work is done; what follows is the bus's. */
  readonly onHandled: () => void;
};

/** The answer to a question that was looked up while the question was being stored. */
export interface EarlyAnswer {
  readonly command: StoredCommand;
  readonly known: Promise<LedgerEntry | undefined>;
  readonly outcome: Promise<Outcome>;
  /** Of the terminal event, derived while the answer is looked up. */
  readonly eventId: Promise<string>;
}

/** What remains of a command that is done. */
export interface Ending {
  /** Publishes the event that says so; to be called when the end of the command before was told. Resolves when it is on disk. */
  tell(): Promise<void>;
  /** To be called when it is told. Resolves when the ledger has it too: from then on the command may be removed. May be repeated. */
  note(): Promise<void>;
}

/** For so long an event that is published again is surely recognised by its id, milliseconds; the rest of the window is for clocks that differ. */
const REMEMBERED_MS = (STREAMS.EVENTS.duplicateWindowSeconds - 3600) * 1000;

const nothingLeft = async (): Promise<void> => undefined;

/** What the bus itself rejects with while it is away or full. Domain errors carry a reason, and end a command; these do not. */
export const isBusTrouble = (error: unknown): boolean =>
  error instanceof AxionError && error.retryable && (error.reason === undefined || error.reason === 'BUS_AWAY');

const isRefused = (error: unknown): error is AxionError => error instanceof AxionError && error.code === 'INVALID_ARGUMENT';

const startedKey = (command: QueuedCommand): string => `started.${ledgerKey(command.commandId)}`;

/**
 * Executes one command to its one terminal event. `run` resolves when the command is done, with what remains: its event and,
 * where it is not written yet, its ledger entry, which may go on while the next command is executed. Whoever called then removes it.
 *
 * The order is the guarantee: effect, ledger, event, removal. Killed between any two, the next execution finds the
 * command still queued and either repeats the effect (each is safe to repeat) or finds the ledger's entry and only
 * repeats the event, whose id is the same. A command that only reads has no effect to protect: its event goes first, and its
 * ledger entry after it; the one that is missing is made up for by executing it again.
 */
export class Execution {
  readonly #options: ExecutionOptions;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /**
   * Looks up the answer to a command that only reads, before it is known to be stored. Only under the lease of its key, and while nothing
   * else is in its queue: then the answer is as good as one looked up later.
   */
  early(command: StoredCommand, controls: Omit<RunControls, 'before' | 'onHandled'>): EarlyAnswer {
    const outcome = this.#options.handle({ ...controls, command: { ...command, sequence: 0 }, emit: async () => undefined });
    const known = this.known(command);
    // It may never be asked for.
    for (const answer of [outcome, known]) answer.catch(() => undefined);
    // When the questions above are on their way.
    const eventId = turn().then(() => terminalEventId(command.commandId));
    return { command, known, outcome, eventId };
  }

  /**
   * @param known see `known`; a command that only reads is executed meanwhile
   * @param early the command's own, if there is one
   */
  async run(command: QueuedCommand, known: Promise<LedgerEntry | undefined>, controls: RunControls, early?: EarlyAnswer): Promise<Ending> {
    const ended = this.#options.readOnly(command.type) ? undefined : await known;
    if (ended !== undefined) return this.#again(command, ended, controls.lease);
    if (this.#options.readOnly(command.type) && (await this.#wasAnswered(command))) return { tell: nothingLeft, note: nothingLeft };
    const { clock, log } = this.#options;
    const began = clock.monotonic();
    const trace = this.#options.trace?.(command);
    log.begins(command);
    try {
      return await this.#execute(trace === undefined ? command : { ...command, headers: { ...command.headers, ...trace.headers } }, known, controls, trace, early);
    } catch (error) {
      log.handedBack(command, error, (clock.monotonic() - began) / 1000);
      trace?.end('handed_back');
      throw error;
    }
  }

  async #execute(command: QueuedCommand, known: Promise<LedgerEntry | undefined>, controls: RunControls, trace: ExecutionTrace | undefined, early: EarlyAnswer | undefined): Promise<Ending> {
    const { clock, log, onEnded, readOnly } = this.#options;
    const { lease } = controls;
    const began = clock.monotonic();
    const outcome = await this.#outcome(command, controls, early);
    controls.onHandled();
    const ended = await known;
    if (ended !== undefined) {
      trace?.end('completed');
      return this.#again(command, ended, lease);
    }
    const ending = readOnly(command.type) && outcome.ok ? this.#answered(command, outcome, lease, await early?.eventId) : this.#told(await this.#recordAny(command, outcome, lease), lease);
    trace?.end(outcome.ok ? 'completed' : 'failed');
    const seconds = (clock.monotonic() - began) / 1000;
    log.ended(command, outcome, seconds);
    onEnded?.(command, outcome.ok, seconds);
    return ending;
  }

  /** How a command ended already, if it did. */
  async known(command: Pick<StoredCommand, 'commandId'>): Promise<LedgerEntry | undefined> {
    return (await this.#options.ledger.get(ledgerKey(command.commandId)))?.value;
  }

  /** Ends a waiting command without executing it. Only under the lease of its key. */
  async refuse(command: QueuedCommand, error: AxionError, lease: Lease): Promise<void> {
    lease.assertHeld();
    const outcome: Outcome = { ok: false, payload: errorPayload(command, error.toJSON()) };
    await this.#record(command, outcome, lease);
    this.#options.log.ended(command, outcome, 0);
  }

  async #outcome(command: QueuedCommand, controls: RunControls, early: EarlyAnswer | undefined): Promise<Outcome> {
    const { clock, handle, bus, ledger } = this.#options;
    try {
      const refused = refusal(command, clock.now());
      if (refused !== undefined && (command.expiresAt === undefined || (await ledger.get(startedKey(command))) === undefined)) throw refused;
      // Only a command that can expire needs the mark that it had started before it did.
      if (command.expiresAt !== undefined) await ledger.put(startedKey(command), this.#mark(command, controls.lease));
      if (early !== undefined) return await early.outcome;
      return await handle({
        ...controls,
        command,
        emit: async (type, payload, step) => {
          await controls.before;
          controls.lease.assertHeld();
          await bus.events.publish(progressEvent(command, type, payload, this.#origin(), step));
        },
      });
    } catch (error) {
      if (controls.handBack.aborted) throw controls.handBack.reason;
      if (isBusTrouble(error)) throw error;
      return { ok: false, payload: errorPayload(command, asAxionError(error).toJSON()) };
    }
  }

  /** An outcome that the bus cannot hold (too large, say) must not keep the queue standing. */
  #recordAny(command: QueuedCommand, outcome: Outcome, lease: Lease): Promise<AgentEvent> {
    return this.#record(command, outcome, lease).catch((error: unknown) => {
      if (!isRefused(error)) throw error;
      return this.#record(command, { ok: false, payload: errorPayload(command, error.toJSON()) }, lease);
    });
  }

  /** Writes the outcome, or takes the one that another instance wrote first: there is one end, whoever wrote it. */
  async #record(command: QueuedCommand, outcome: Outcome, lease: Lease): Promise<AgentEvent> {
    return this.#write(command, { event: terminalEvent(command, outcome, this.#origin()) }, lease);
  }

  async #write(command: QueuedCommand, end: Pick<LedgerEntry, 'event' | 'told'>, lease: Lease): Promise<AgentEvent> {
    const { ledger, clock } = this.#options;
    const { event } = end;
    const key = ledgerKey(command.commandId);
    lease.assertHeld();
    try {
      await ledger.create(key, { command_id: command.commandId, ...end, sequence: command.sequence, fence: lease.sequence, finished_at: new Date(clock.now()).toISOString() });
      return event;
    } catch (error) {
      if (!(error instanceof AxionError) || error.code !== 'ALREADY_EXISTS') throw error;
      return (await ledger.get(key))?.value.event ?? event;
    }
  }

  /** Of what was killed before its event was sent, the event; a repetition of what had ended before goes without one. */
  #again(command: QueuedCommand, { event, sequence, told, finished_at: at }: LedgerEntry, lease: Lease): Ending {
    if (told === true || (sequence !== undefined && sequence !== command.sequence)) return { tell: nothingLeft, note: nothingLeft };
    if (!(this.#options.clock.now() - Date.parse(at) > REMEMBERED_MS)) return this.#told(event, lease);
    const tell = async (): Promise<void> => ((await this.#options.bus.events.holds(event)) ? undefined : this.#tell(event, lease));
    return { tell, note: nothingLeft };
  }

  /** Whether a question that waits since before the bus forgot the ids of events was answered then: its answer is told before it is noted. */
  async #wasAnswered(command: QueuedCommand): Promise<boolean> {
    const { clock, bus } = this.#options;
    if (command.storedAt === undefined || clock.now() - command.storedAt <= REMEMBERED_MS) return false;
    return bus.events.holds(terminalEvent(command, { ok: true, payload: {} }, this.#origin()));
  }

  /** What is in the ledger already. */
  #told(event: AgentEvent, lease: Lease): Ending {
    return { tell: () => this.#tell(event, lease), note: nothingLeft };
  }

  /** What need not be in the ledger before it is told. */
  #answered(command: QueuedCommand, outcome: Outcome, lease: Lease, eventId?: string): Ending {
    const event = terminalEvent(command, outcome, this.#origin(), eventId);
    return {
      tell: () =>
        this.#tell(event, lease).catch(async (error: unknown) => {
          if (!isRefused(error)) throw error;
          await this.#tell(await this.#recordAny(command, outcome, lease), lease);
        }),
      note: async () => void (await this.#write(command, { event: { ...event, body: { ...event.body, payload: {} } }, told: true }, lease)),
    };
  }

  async #tell(event: AgentEvent, lease: Lease): Promise<void> {
    lease.assertHeld();
    await this.#options.bus.events.publish(event);
  }

  #mark(command: QueuedCommand, lease: Lease): LedgerEntry {
    return {
      command_id: command.commandId,
      event: progressEvent(command, 'StatusReport', {}, this.#origin(), 'mark'),
      fence: lease.sequence,
      finished_at: '',
    };
  }

  #origin(): EventOrigin {
    return { agentId: this.#options.agentId(), now: this.#options.clock.now() };
  }
}
