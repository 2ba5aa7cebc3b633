import { AxionError, newId } from '@axion/core';
import { COMMAND_TYPES, parseCommand } from '@axion/contracts';
import type { CommandType, StoredCommand } from '@axion/contracts';

/** The type whose name is `text` in any case and with or without dashes: `get-status` is `GetStatus`. */
export const commandTypeOf = (text: string): CommandType | undefined => {
  const folded = text.replaceAll('-', '').toLowerCase();
  return COMMAND_TYPES.find((type) => type.toLowerCase() === folded);
};

/** How a field of the payload is given on the command line. */
const asArgument = (field: string): string => {
  if (field === 'project_id') return 'the project (--project ID)';
  return field === 'docker_stack_yml' ? 'the stack file (FILE)' : `${field} (--set ${field}=…)`;
};

/** A command as Kafka would have brought it: the same envelope through the same door. */
export const commandFrom = (type: CommandType, payload: Readonly<Record<string, unknown>>, nowMs: number): StoredCommand => {
  const id = newId();
  const envelope = { command_id: id, command_type: type, payload, correlation_id: id, timestamp: new Date(nowMs).toISOString(), metadata: { retry_attempt: 0 } };
  try {
    return parseCommand(Buffer.from(JSON.stringify(envelope)));
  } catch (error) {
    if (!(error instanceof AxionError) || error.reason !== 'INVALID_PAYLOAD') throw error;
    // Whoever types does not know the payload's names.
    throw new AxionError('INVALID_ARGUMENT', `${type}: ${error.message.replaceAll(/payload\.(\w+)/g, (_, field: string) => asArgument(field))}`, { cause: error });
  }
};
