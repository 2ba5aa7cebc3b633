import { derivedId, newId } from '@axion/core';
import type { ErrorReport } from '@axion/core';
import { AGENT_KEY } from './command-route.ts';
import { terminalTypes } from './command-type.ts';
import type { EventType } from './command-type.ts';
import type { StoredCommand } from './stored-command.ts';

/** An event as it leaves on the events topic (the outer contract, section 2). */
export interface EventBody {
  readonly event_id: string;
  readonly event_type: EventType;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly correlation_id: string;
  /** The command's `command_id`; absent on events that no command caused. */
  readonly causation_id?: string;
  /** RFC 3339 UTC. */
  readonly timestamp: string;
  readonly agent_id: string;
}

/** An event on the bus: its body and what Kafka carries beside it. */
export interface AgentEvent {
  /** Project or workload, or `_agent`: subject token and, but for `_agent`, the Kafka key. */
  readonly key: string;
  readonly terminal: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EventBody;
}

/** What a handler says of a command's end. */
export type Outcome =
  | { readonly ok: true; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly payload: Readonly<Record<string, unknown>> };

export interface EventOrigin {
  readonly agentId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const headersOf = (command: StoredCommand, now: number): Record<string, string> => ({
  ...command.headers,
  'x-correlation-id': command.correlationId,
  'x-causation-id': command.commandId,
  ...(command.userId === undefined ? {} : { 'x-user-id': command.userId }),
  ...(command.projectId === undefined ? {} : { 'x-project-id': command.projectId }),
  'x-timestamp': new Date(now).toISOString(),
});

const caused = (command: StoredCommand, id: string, type: EventType, payload: Readonly<Record<string, unknown>>, terminal: boolean, origin: EventOrigin): AgentEvent => ({
  key: command.key,
  terminal,
  headers: headersOf(command, origin.now),
  body: {
    event_id: id,
    event_type: type,
    payload,
    correlation_id: command.correlationId,
    causation_id: command.commandId,
    timestamp: new Date(origin.now).toISOString(),
    agent_id: origin.agentId,
  },
});

/**
 * The one event that ends a command. Its id is derived from the command's, so a repetition is recognised wherever it turns up.
 *
 * @param id where it was derived before
 */
export const terminalEvent = (command: StoredCommand, outcome: Outcome, origin: EventOrigin, id = terminalEventId(command.commandId)): AgentEvent => {
  const types = terminalTypes(command.type);
  return caused(command, id, outcome.ok ? types.done : types.failed, outcome.payload, true, origin);
};

export const terminalEventId = (commandId: string): string => derivedId('terminal', commandId);

/** An event on the way: started, progress. `step` makes its id stable over a repeated execution (`started`); leave it out for a fresh one. */
export const progressEvent = (command: StoredCommand, type: EventType, payload: Readonly<Record<string, unknown>>, origin: EventOrigin, step?: string): AgentEvent =>
  caused(command, step === undefined ? newId() : derivedId('step', command.commandId, step), type, payload, false, origin);

/** An event that no command caused: drift, a damaged store, a lost engine. */
export const ownEvent = (type: EventType, payload: Readonly<Record<string, unknown>>, origin: EventOrigin, key: string = AGENT_KEY): AgentEvent => {
  const id = newId();
  return {
    key,
    terminal: false,
    headers: { 'x-correlation-id': id, 'x-timestamp': new Date(origin.now).toISOString() },
    body: { event_id: id, event_type: type, payload, correlation_id: id, timestamp: new Date(origin.now).toISOString(), agent_id: origin.agentId },
  };
};

/** The payload of every `ErrorReport` and of failed deployments' `details.error`. */
export const errorPayload = (command: StoredCommand, error: ErrorReport): Record<string, unknown> => ({
  ...(command.projectId === undefined ? {} : { project_id: command.projectId }),
  command_type: command.type,
  message: error.message,
  error,
});
