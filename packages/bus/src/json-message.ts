import type { BusLog } from './bus-log.ts';
import type { StoredMessage } from './stored-message.ts';

const decoder = new TextDecoder();

/** The JSON of a message; `undefined`, with a warning, when it is none or no user of the bus put it there. */
export const jsonOf = (message: Pick<StoredMessage, 'subject' | 'sequence' | 'data' | 'genuine'>, log: BusLog): unknown => {
  const where = { subject: message.subject, sequence: message.sequence };
  if (!message.genuine) {
    log.warn(where, 'ignored a message that no component published');
    return undefined;
  }
  try {
    return JSON.parse(decoder.decode(message.data)) as unknown;
  } catch {
    log.warn(where, 'ignored a message that is not JSON');
    return undefined;
  }
};
