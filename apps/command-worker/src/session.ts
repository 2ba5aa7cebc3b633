import type { AxionError } from '@axion/core';

/** One life of a connection: it ends at its first error, and a supervisor opens the next. */
export interface Session {
  /** Resolves with what ended it. Never rejects. */
  readonly ended: Promise<AxionError>;
  /** Finishes what is in hand, within its budget, and closes. */
  close(): Promise<void>;
}
