import { errorPayload, ledgerKey, parseCommand, terminalEvent } from '@axion/contracts';
import type { LedgerEntry, StoredCommand } from '@axion/contracts';
import type { Bucket, Commands, Events } from '@axion/bus';
import { asAxionError, AxionError, Lanes } from '@axion/core';
import type { Clock } from '@axion/core';
import type { KafkaRecord } from '@axion/kafka';
import { traceHeaders } from '@axion/tracing';
import type { Span, Tracer } from '@axion/tracing';
import { asksTheSame, withDigest } from './command-digest.ts';
import { carriedHeaders } from './command-headers.ts';
import type { DeadLetters } from './dead-letters.ts';
import { missingExecutor } from './missing-executors.ts';
import type { ExecutorSwitches } from './missing-executors.ts';
import type { Patience } from './patience.ts';
import type { SignatureCheck } from './signature.ts';

/** How a record ended at the door. */
export type IntakeOutcome = 'accepted' | 'duplicate' | 'refused' | 'dead_lettered' | 'dropped';

export interface CommandIntakeOptions {
  readonly agentId: string;
  readonly commands: Pick<Commands, 'publish' | 'at'>;
  readonly events: Pick<Events, 'publish'>;
  readonly ledger: Pick<Bucket<LedgerEntry>, 'get' | 'put'>;
  readonly executors: ExecutorSwitches;
  readonly signatures: Pick<SignatureCheck, 'check'>;
  readonly deadLetters: DeadLetters;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly tracer: Tracer;
  /** How many keys are written side by side. */
  readonly width: number;
  readonly onOutcome: (outcome: IntakeOutcome, command: StoredCommand | undefined) => void;
}

/**
 * What was stored is looked up in the ledger this much later, milliseconds: by then its answer is on its way, the offset is not committed yet
 * anyway, and many are looked up in one request.
 */
const LOOK_AFTER_MS = 20;

/** Where a new command stands in the stream, or how the record ended already. */
type Stored = number | Exclude<IntakeOutcome, 'accepted'>;

/**
 * The door from Kafka to the bus: validates, authorises, recognises repetitions, stores.
 *
 * Invariants: `accept` resolves only when the record needs no second delivery: its command is on the bus's disk, its
 * dead letter in Kafka, or its answer on the bus. Commands of one key are stored in the order of `accept`, one at a time, so
 * a write that has to be repeated is never overtaken; different keys are written side by side.
 */
export class CommandIntake {
  readonly #options: CommandIntakeOptions;
  readonly #lanes: Lanes;

  constructor(options: CommandIntakeOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options.width);
  }

  /** Rejects only when `signal` is aborted. */
  readonly accept = async (record: KafkaRecord, signal: AbortSignal): Promise<void> => {
    const span = this.#options.tracer.start('receive command', {
      kind: 'consumer',
      parent: record.headers['traceparent'],
      attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': record.topic },
    });
    try {
      await this.#accept(record, span, signal);
    } finally {
      span.end();
    }
  };

  async #accept(record: KafkaRecord, span: Span, signal: AbortSignal): Promise<void> {
    let command: StoredCommand;
    try {
      command = this.#read(record, span);
    } catch (error) {
      span.fail(error);
      return this.#deadLetter(record, asAxionError(error), signal);
    }
    span.set({ 'axion.command_id': command.commandId, 'axion.command_type': command.type, 'axion.key': command.key });
    return this.#handle(record, command, signal);
  }

  #read(record: KafkaRecord, span: Span): StoredCommand {
    if (record.value === undefined) throw new AxionError('INVALID_ARGUMENT', 'the message has no value', { reason: 'NO_VALUE' });
    // Whoever goes on with the trace comes after this span.
    const command = parseCommand(record.value, { ...carriedHeaders(record.headers), ...traceHeaders(span.traceparent) });
    this.#options.signatures.check(record.value);
    return withDigest(command);
  }

  async #handle(record: KafkaRecord, command: StoredCommand, signal: AbortSignal): Promise<void> {
    const { patience } = this.#options;
    try {
      const lane = `${command.executor}.${command.key}`;
      const stored = await this.#lanes.run(lane, () => patience.until(`store command ${command.commandId}`, () => this.#store(command), signal));
      const outcome = typeof stored === 'number' ? await this.#acceptedAt(stored, command, signal) : stored;
      this.#options.onOutcome(outcome, command);
    } catch (error) {
      signal.throwIfAborted();
      await this.#deadLetter(record, asAxionError(error), signal, command);
    }
  }

  /** Not before it is stored, for speed: should it have ended before, the executor lets it go in silence. */
  async #acceptedAt(sequence: number, command: StoredCommand, signal: AbortSignal): Promise<IntakeOutcome> {
    const { clock, patience } = this.#options;
    await clock.sleep(LOOK_AFTER_MS, signal);
    const ended = await patience.until(`look up command ${command.commandId}`, () => this.#hasEnded(command), signal);
    return ended === undefined || ended === sequence ? 'accepted' : 'duplicate';
  }

  async #store(command: StoredCommand): Promise<Stored> {
    const { commands, executors } = this.#options;
    const missing = missingExecutor(command, executors);
    if (missing !== undefined) return (await this.#hasEnded(command)) !== undefined ? 'duplicate' : this.#refuse(command, missing);
    const { duplicate, sequence } = await commands.publish(command);
    if (!duplicate) return sequence;
    const first = await commands.at(sequence);
    if (first !== undefined && first.commandId === command.commandId) mustAskTheSame(command, first);
    else await this.#hasEnded(command);
    return 'duplicate';
  }

  /** Whether the ledger knows the command's end: where it stood then in the stream, or 0. @throws when it ended as another command */
  async #hasEnded(command: StoredCommand): Promise<number | undefined> {
    const ended = await this.#options.ledger.get(ledgerKey(command.commandId));
    if (ended === undefined) return undefined;
    mustAskTheSame(command, ended.value.event);
    return ended.value.sequence ?? 0;
  }

  /** Its end, and a note of it, so that it is not executed either when it comes again and the executor is there by then. */
  async #refuse(command: StoredCommand, error: AxionError): Promise<Stored> {
    const { agentId, events, ledger, clock } = this.#options;
    const now = clock.now();
    const event = terminalEvent(command, { ok: false, payload: errorPayload(command, error.toJSON()) }, { agentId, now });
    await events.publish(event);
    await ledger.put(ledgerKey(command.commandId), { command_id: command.commandId, event, sequence: 0, fence: 0, finished_at: new Date(now).toISOString() });
    return 'refused';
  }

  async #deadLetter(record: KafkaRecord, error: AxionError, signal: AbortSignal, command?: StoredCommand): Promise<void> {
    const { deadLetters, onOutcome } = this.#options;
    onOutcome((await deadLetters.take(record, error, signal)) ? 'dead_lettered' : 'dropped', command);
  }
}

const mustAskTheSame = (command: StoredCommand, first: Parameters<typeof asksTheSame>[1]): void => {
  if (asksTheSame(command, first)) return;
  throw new AxionError('INVALID_ARGUMENT', `command_id ${command.commandId} was used before for another command; each command needs an id of its own`, {
    reason: 'DUPLICATE_ID',
  });
};
