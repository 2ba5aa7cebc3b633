import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, DelegateBackoff, handleWhen } from 'cockatiel';
import { AxionError, backoffDelay } from '@axion/core';
import type { BackoffPolicy } from '@axion/core';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface CircuitBreakerOptions {
  /** What is called, for the error's text: `the control plane`. */
  readonly name: string;
  /** Failures in a row that open it, `[control_plane].circuit_breaker_threshold`. */
  readonly threshold: number;
  /** How long it stays open, longer each time it opens in a row. */
  readonly openFor: BackoffPolicy;
  /** Which errors say that the other side is ill; default: those that a retry can help. */
  readonly isFailure?: (error: unknown) => boolean;
  readonly onChange?: (state: BreakerState) => void;
}

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
};

const isRetryable = (error: unknown): boolean => !(error instanceof AxionError) || error.retryable;

/**
 * Stops calling what keeps failing, and tries again with a single call after a while. An answer that refuses (wrong
 * argument, unknown agent) is no failure: whoever answers is well.
 */
export class CircuitBreaker {
  readonly #name: string;
  readonly #policy: ReturnType<typeof circuitBreaker>;

  constructor({ name, threshold, openFor, isFailure = isRetryable, onChange }: CircuitBreakerOptions) {
    this.#name = name;
    this.#policy = circuitBreaker(handleWhen(isFailure), {
      breaker: new ConsecutiveBreaker(threshold),
      halfOpenAfter: new DelegateBackoff(({ attempt }) => backoffDelay(openFor, attempt - 1)),
    });
    this.#policy.onStateChange((state) => onChange?.(STATES[state]));
  }

  get state(): BreakerState {
    return STATES[this.#policy.state];
  }

  /**
   * Runs `work` unless the breaker is open.
   *
   * @throws {AxionError} `UNAVAILABLE`, reason `CIRCUIT_OPEN`, without a call; otherwise what `work` throws
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#policy.execute(work);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new AxionError('UNAVAILABLE', `${this.#name} failed repeatedly and is left alone for a while`, { reason: 'CIRCUIT_OPEN', cause: error });
    }
  }
}
