import type { AxionError, BackoffPolicy, Clock } from '@axion/core';
import { superviseSession } from '@axion/resilience';
import type { HealthCheck, Logger, Service } from '@axion/service-kit';
import type { LinkMetrics } from './link-metrics.ts';
import { linkSession, type SessionParts } from './link-session.ts';
import { isRefusal, type TokenBook } from './token-book.ts';

/** No longer than heartbeats are apart by default: that many calls a control plane expects from its agents anyway. */
const BETWEEN_SESSIONS: BackoffPolicy = { initial: 500, factor: 2, max: 5000, jitter: 0.5 };

export interface ControlLinkParts extends SessionParts {
  readonly health: HealthCheck;
  readonly metrics: LinkMetrics;
  /** Told of what a call with its token came to. */
  readonly tokens: Pick<TokenBook, 'answered' | 'refused'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Refusals that somebody has to look at: waiting helps only once the token or the other side was changed. */
const REFUSALS: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'PERMISSION_DENIED', 'FAILED_PRECONDITION', 'INVALID_ARGUMENT']);

/**
 * Keeps a session with the control plane open, and opens the next when one has ended.
 *
 * Invariants: at most one session; the agent is ready without a control plane, and its health says that it is missing; the
 * same failure repeated is one warning in the log.
 */
export class ControlLink implements Service {
  readonly name = 'control-link';
  readonly #parts: ControlLinkParts;
  readonly #stopping = new AbortController();
  #supervised: Promise<void> = Promise.resolve();
  #established: () => void = () => {};
  #connected = false;
  #lastFailure: string | undefined;

  constructor(parts: ControlLinkParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { clock } = this.#parts;
    this.#parts.health.degraded('connecting to the control plane');
    this.#parts.metrics.connected(false);
    this.#supervised = superviseSession(
      {
        session: async (signal, established) => {
          this.#established = established;
          await linkSession(this.#parts, signal);
        },
        backoff: BETWEEN_SESSIONS,
        onEnd: ({ error, delayMs }) => this.#ended(error, delayMs),
        clock,
      },
      this.#stopping.signal,
    );
  }

  /** A heartbeat was answered: the session works. */
  answered(ms: number): void {
    const { health, metrics, tokens, log } = this.#parts;
    metrics.heartbeatAnswered();
    tokens.answered();
    this.#established();
    health.healthy('the control plane answers', Math.round(ms));
    if (this.#connected) return;
    this.#connected = true;
    this.#lastFailure = undefined;
    metrics.connected(true);
    log.info('connected to the control plane');
  }

  async drain(): Promise<void> {
    this.#stopping.abort(new Error('the component stops'));
    await this.#supervised;
    this.#parts.metrics.connected(false);
  }

  stop(): Promise<void> {
    return this.drain();
  }

  #ended(error: AxionError | undefined, delayMs: number): void {
    const { health, metrics, tokens, log } = this.#parts;
    if (isRefusal(error)) tokens.refused();
    this.#connected = false;
    metrics.connected(false);
    const message = error?.message ?? 'the control plane closed the session';
    if (error !== undefined && REFUSALS.has(error.code)) health.unhealthy(message);
    else health.degraded(message);
    const failure = `${error?.code ?? ''} ${error?.reason ?? ''}`;
    const fields = { err: error, retry_in_ms: Math.round(delayMs) };
    if (failure === this.#lastFailure) log.debug(fields, 'the session with the control plane ended again');
    else log.warn(fields, 'the session with the control plane ended; another is opened');
    this.#lastFailure = failure;
  }
}
