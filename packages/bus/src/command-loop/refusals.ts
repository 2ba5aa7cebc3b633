import { AxionError } from '@axion/core';
import { BUCKETS } from '@axion/contracts';
import type { StoredCommand } from '@axion/contracts';

/** A command is refused this long before the ledger could have forgotten it. */
const MARGIN_MS = 3600_000;
const LEDGER_MS = BUCKETS.ledger.ttlSeconds * 1000;

/** Why a command that has not started yet may not start, if so. */
export const refusal = (command: StoredCommand, now: number): AxionError | undefined => {
  if (command.expiresAt !== undefined && Date.parse(command.expiresAt) <= now) {
    return new AxionError('FAILED_PRECONDITION', `the command expired at ${command.expiresAt}, before it started`, { reason: 'EXPIRED', retryable: false });
  }
  if (now - Date.parse(command.timestamp) > LEDGER_MS - MARGIN_MS) {
    return new AxionError('FAILED_PRECONDITION', `the command is from ${command.timestamp}; what is older than the ledger of commands might have been executed already and is not executed again`, {
      reason: 'OLDER_THAN_LEDGER',
      retryable: false,
    });
  }
  return undefined;
};
