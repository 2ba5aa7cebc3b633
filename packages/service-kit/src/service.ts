/**
 * A part of a component with a life of its own: a server, a consumer, a loop.
 *
 * `start` resolves when the part does its job; `drain` takes no new work and finishes or hands back what is in hand;
 * `stop` closes. `signal` is aborted when work must end now: when draining is over, or at once when the process is asked
 * to stop while it still starts.
 */
export interface Service {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  drain?(): Promise<void>;
  stop(): Promise<void>;
}
