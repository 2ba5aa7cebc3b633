import type { AgentEvent } from './event.ts';

/** What the ledger knows of a command: that it ended, and the event that says so. Keyed by `ledgerKey`. */
export interface LedgerEntry {
  readonly command_id: string;
  readonly event: AgentEvent;
  /** The event was told before this was written, and stands here without its payload: answers to questions would push what changed something out. */
  readonly told?: true;
  /** Where it stood in the stream of commands, 0: it was refused at the door. The same id at another place is a repetition of what has ended. */
  readonly sequence?: number;
  /** The fencing sequence of the lease under which it was executed. */
  readonly fence: number;
  /** RFC 3339 UTC. */
  readonly finished_at: string;
}
