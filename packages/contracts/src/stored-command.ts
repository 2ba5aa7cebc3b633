import type { CommandType } from './command-type.ts';
import type { PayloadOf } from './command-payload.ts';
import type { CommandRoute } from './command-route.ts';

/** A command as it lies in the stream `COMMANDS`: validated, routed, with what its events must carry on. */
export interface StoredCommand extends CommandRoute {
  readonly commandId: string;
  readonly type: CommandType;
  /** Validated against the schema of `type`; see `payloadOf`. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
  readonly causationId?: string;
  /** When the control plane issued it, RFC 3339 UTC. */
  readonly timestamp: string;
  /** After this time it is refused unless it had already started, RFC 3339 UTC. */
  readonly expiresAt?: string;
  readonly userId?: string;
  readonly retryAttempt: number;
  /** `x-*` headers and `traceparent` as received, carried on to the events. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The payload with the type that its command type promises; `parseCommand` has validated it at the door. */
export const payloadOf = <T extends CommandType>(type: T, command: StoredCommand): PayloadOf<T> => {
  if (command.type !== type) throw new TypeError(`a ${command.type} command was read as ${type}`);
  return command.payload;
};
