import { isReadOnly } from '@axion/contracts';
import type { Outcome } from '@axion/contracts';
import { asAxionError } from '@axion/core';
import type { QueuedCommand } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';

/**
 * Says in the log what was done: two lines for a command that changes something, with its beginning and its end. Questions are told
 * for debugging only. Nothing of a payload is in a line but the message that the terminal event has too.
 */
export class CommandLog {
  readonly #log: BusLog;

  constructor(log: BusLog) {
    this.#log = log;
  }

  begins(command: QueuedCommand): void {
    this.#line(command, {}, 'command begins');
  }

  ended(command: QueuedCommand, outcome: Outcome, seconds: number): void {
    const { message } = outcome.payload;
    const text = typeof message === 'string' ? { [outcome.ok ? 'message' : 'error']: message } : {};
    this.#line(command, { outcome: outcome.ok ? 'completed' : 'failed', seconds: rounded(seconds), ...text }, outcome.ok ? 'command completed' : 'command failed');
  }

  /** It is left for whoever works on the key next. */
  handedBack(command: QueuedCommand, why: unknown, seconds: number): void {
    this.#line(command, { outcome: 'handed_back', seconds: rounded(seconds), reason: asAxionError(why).message }, 'command handed back');
  }

  #line({ commandId, type, key, projectId }: QueuedCommand, more: object, text: string): void {
    const line = { command: commandId, type, ...(projectId === undefined ? { key } : { project: projectId }), ...more };
    if (isReadOnly(type)) this.#log.debug(line, text);
    else this.#log.info(line, text);
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
