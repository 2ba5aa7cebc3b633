import { newId } from '@axion/core';
import { COMMAND_TYPES, parseCommand } from '@axion/contracts';
import type { CommandType, StoredCommand } from '@axion/contracts';

/** The type whose name is `text` in any case and with or without dashes: `get-status` is `GetStatus`. */
export const commandTypeOf = (text: string): CommandType | undefined => {
  const folded = text.replaceAll('-', '').toLowerCase();
  return COMMAND_TYPES.find((type) => type.toLowerCase() === folded);
};

/** A command as Kafka would have brought it: the same envelope through the same door. */
export const commandFrom = (type: CommandType, payload: Readonly<Record<string, unknown>>, nowMs: number): StoredCommand => {
  const id = newId();
  const envelope = { command_id: id, command_type: type, payload, correlation_id: id, timestamp: new Date(nowMs).toISOString(), metadata: { retry_attempt: 0 } };
  return parseCommand(Buffer.from(JSON.stringify(envelope)));
};
