import type { EventType, Outcome } from '@axion/contracts';
import type { Lease, QueuedCommand } from '../bus.ts';

/** One execution of one command, as its handler sees it. */
export interface CommandRun {
  readonly command: QueuedCommand;
  readonly lease: Lease;
  /**
   * The work is to be left as it is, at once, without an outcome: the lease was lost or the process drains. Whoever works
   * on the key next executes the command again.
   */
  readonly handBack: AbortSignal;
  /** Somebody cancelled the command: end it properly, with a failed outcome. */
  readonly cancelled: AbortSignal;
  /** Publishes an event on the way. `step` makes its id the same when the command is executed again. */
  emit(type: EventType, payload: Readonly<Record<string, unknown>>, step?: string): Promise<void>;
  /** Waits for something without holding one of the places to work in. */
  offSlot<T>(work: () => Promise<T>): Promise<T>;
  /** The commands of the same key that wait behind this one. */
  later(): Promise<readonly QueuedCommand[]>;
}

/** Executes a command. What it throws becomes the failed outcome, unless the work was handed back or the bus is away. */
export type CommandHandler = (run: CommandRun) => Promise<Outcome>;

/** What follows one execution from its beginning to its end, e.g. a span of a trace. */
export interface ExecutionTrace {
  /** Take the place of the command's own for the handler and for all events. */
  readonly headers: Readonly<Record<string, string>>;
  end(outcome: 'completed' | 'failed' | 'handed_back'): void;
}
