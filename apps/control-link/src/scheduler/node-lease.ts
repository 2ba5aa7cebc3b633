import type { Clock } from '@axion/core';
import type { Grant } from './scheduler.ts';

/** Where the scheduler names no pace. */
const USUAL_INTERVAL_MS = 10_000;
const SHORTEST_INTERVAL_MS = 1000;
/** Heartbeats within one lease: two may be lost. */
const BEATS_A_LEASE = 3;

/**
 * The scheduler's word that it counts on this node. Outlives sessions: a connection that broke is no reason to register.
 *
 * Invariants: time is that of the monotonic clock, so a clock that is set neither ends nor prolongs it; a lease that is in
 * the past when it is granted (the scheduler's clock is behind) counts as one without an end, and the scheduler's NOT_FOUND ends it.
 */
export class NodeLease {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #until: number | undefined;
  /** What the node offered when it was granted. */
  #offer: string | undefined;
  #intervalMs = USUAL_INTERVAL_MS;
  #leaseMs = Infinity;
  #grantedMs = Infinity;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Whether it was granted for this offer and still holds. */
  holds(offer: string): boolean {
    return this.#offer === offer && this.#until !== undefined && this.#clock.monotonic() < this.#until;
  }

  /** Milliseconds between heartbeats as the scheduler wants them. */
  get paceMs(): number {
    return this.#intervalMs;
  }

  /** Milliseconds from one heartbeat to the next: sooner where the lease is short. */
  get intervalMs(): number {
    return Math.max(SHORTEST_INTERVAL_MS, Math.min(this.#intervalMs, this.#leaseMs / BEATS_A_LEASE));
  }

  granted({ intervalMs, leaseMs }: Grant, offer: string): void {
    this.#offer = offer;
    this.#intervalMs = intervalMs ?? USUAL_INTERVAL_MS;
    this.renewed(leaseMs);
    this.#grantedMs = this.#leaseMs;
  }

  /**
   * Whether an answer takes back more of the lease than a heartbeat would bring. So does a scheduler that has lost its store:
   * it can plan nothing, and says "drain" to every node. Both ends are told by its clock, so a clock that is off changes nothing.
   */
  isCutShortBy(leaseMs: number | undefined): boolean {
    return leaseMs !== undefined && Number.isFinite(this.#grantedMs) && this.#grantedMs - leaseMs > this.#intervalMs;
  }

  renewed(leaseMs: number | undefined): void {
    this.#leaseMs = leaseMs !== undefined && leaseMs > 0 ? leaseMs : Infinity;
    this.#until = this.#clock.monotonic() + this.#leaseMs;
  }

  lost(): void {
    this.#until = undefined;
  }
}
