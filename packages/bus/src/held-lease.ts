import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import { LEASE_TTL_SECONDS } from '@axion/contracts';
import type { Lease } from './bus.ts';
import type { BusLog } from './bus-log.ts';

/** The holder gives up this much before anyone else may take over: clocks are read and timers run a little late. */
const MARGIN_MS = 1500;
const VALID_MS = LEASE_TTL_SECONDS * 1000 - MARGIN_MS;
const RENEW_MS = 5000;
const RETRY_MS = 500;

interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

export interface HeldLeaseOptions {
  readonly key: string;
  /** The fence. */
  readonly sequence: number;
  /** Of the acquisition. */
  readonly revision: number;
  /** When the acquisition was sent off. */
  readonly asked: Instant;
  readonly clock: Clock;
  readonly log: BusLog;
  /** Writes the holder again, or the mark of release, if the lease still has that revision; returns the new revision. */
  readonly write: (expected: number, release?: boolean) => Promise<number>;
  /** The revision that the lease has now, if it is still this holder's. */
  readonly current: () => Promise<number | undefined>;
}

/**
 * A lease that this process holds.
 *
 * Invariants: the deadline counts from when the last successful renewal was *sent*, so it is over here before it is over
 * at the server; it is over as soon as either clock says so: the monotonic one does not jump, the wall clock goes on while
 * the machine is suspended; once lost it is never held again; renewals do not overlap.
 */
export class HeldLease implements Lease {
  readonly key: string;
  readonly sequence: number;
  readonly #options: HeldLeaseOptions;
  readonly #lost = new AbortController();
  #renewedAt: Instant;
  #revision: number;
  #renewing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #released = false;

  constructor(options: HeldLeaseOptions) {
    this.#options = options;
    this.key = options.key;
    this.sequence = options.sequence;
    this.#revision = options.revision;
    this.#renewedAt = options.asked;
    this.#schedule(RENEW_MS);
  }

  static now(clock: Clock): Instant {
    return { monotonic: clock.monotonic(), wall: clock.now() };
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  assertHeld(): void {
    if (!this.#lost.signal.aborted && this.#left() <= 0) this.#lose('it was not renewed in time');
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason;
  }

  async confirm(): Promise<void> {
    this.assertHeld();
    await this.#renewing?.catch(() => undefined);
    await this.#renew();
    this.assertHeld();
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearTimeout(this.#timer);
    await this.#renewing?.catch(() => undefined);
    const wasLost = this.#lost.signal.aborted || this.#left() <= 0;
    this.#lose('it was released');
    if (wasLost) return;
    // Should this fail, the lease ends by itself.
    await this.#options.write(this.#revision, true).catch((error: Error) => this.#options.log.debug({ lease: this.key, error: error.message }, 'a lease could not be released'));
  }

  #left(): number {
    const now = HeldLease.now(this.#options.clock);
    return VALID_MS - Math.max(now.monotonic - this.#renewedAt.monotonic, now.wall - this.#renewedAt.wall);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), Math.max(0, Math.min(ms, this.#left())));
  }

  async #tick(): Promise<void> {
    if (this.#released || this.#lost.signal.aborted) return;
    if (this.#left() <= 0) return this.#lose('it was not renewed in time');
    try {
      await this.#renew();
      if (!this.#released) this.#schedule(RENEW_MS);
    } catch {
      if (!this.#released && !this.#lost.signal.aborted) this.#schedule(RETRY_MS);
    }
  }

  #renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renewOnce(): Promise<void> {
    const asked = HeldLease.now(this.#options.clock);
    try {
      this.#revision = await this.#options.write(this.#revision);
      this.#renewedAt = asked;
    } catch (error) {
      if (error instanceof AxionError && error.code === 'ABORTED') await this.#lookAgain();
      throw error;
    }
  }

  /** The revision differs: somebody else took over, or a renewal was stored whose answer was lost with the connection. */
  async #lookAgain(): Promise<void> {
    const revision = await this.#options.current();
    if (revision === undefined) this.#lose('somebody else has it');
    else this.#revision = revision;
  }

  #lose(why: string): void {
    if (this.#lost.signal.aborted) return;
    clearTimeout(this.#timer);
    if (!this.#released) this.#options.log.warn({ lease: this.key, sequence: this.sequence, why }, 'lost a lease');
    this.#lost.abort(new AxionError('ABORTED', `the lease on ${this.key} is lost: ${why}`, { reason: 'LEASE_LOST', retryable: true, details: { sequence: this.sequence } }));
  }
}
