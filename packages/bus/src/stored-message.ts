import type { Msg } from 'nats';
import { FROM } from './bus-connection.ts';

/** A message as it lies in a stream. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  /** When it was stored, milliseconds since 1970. */
  readonly storedAt: number;
  readonly data: Uint8Array;
  /** A bucket's marker that the key was deleted. */
  readonly deleted: boolean;
  /**
   * Whether a user of the bus published it there. The server sends its answers to whatever reply subject a request names,
   * unchecked, so a broken component could have an answer, or a copy of a stored message, land in a stream that it may not
   * write to. Such a message has no sender's header, or was stored twice.
   */
  readonly genuine: boolean;
}

/** Reads an answer to a direct get, or a repetition of a stored message. `undefined` when it is neither. */
export const storedMessage = (message: Msg): StoredMessage | undefined => {
  const { headers } = message;
  if (headers === undefined || headers.code !== 0) return undefined;
  // The server appends its own values, so the last is the true one.
  const sequence = Number(headers.values('Nats-Sequence').at(-1));
  const subject = headers.values('Nats-Subject').at(-1);
  if (!Number.isSafeInteger(sequence) || subject === undefined) return undefined;
  const operation = headers.get('KV-Operation');
  return {
    subject,
    sequence,
    storedAt: Date.parse(headers.values('Nats-Time-Stamp').at(-1) ?? ''),
    data: message.data,
    deleted: operation === 'DEL' || operation === 'PURGE',
    genuine: headers.values('Nats-Stream').length === 1 && headers.values(FROM).length === 1,
  };
};
