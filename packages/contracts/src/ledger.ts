import type { AgentEvent } from './event.ts';

/** What the ledger knows of a command: that it ended, and the event that says so. Keyed by `ledgerKey`. */
export interface LedgerEntry {
  readonly command_id: string;
  readonly event: AgentEvent;
  /** The fencing sequence of the lease under which it was executed. */
  readonly fence: number;
  /** RFC 3339 UTC. */
  readonly finished_at: string;
}
