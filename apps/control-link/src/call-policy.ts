import { AxionError, backoffDelay, type BackoffPolicy, type Clock } from '@axion/core';
import { CircuitBreaker, type BreakerState } from '@axion/resilience';
import { CallRate } from './call-rate.ts';

const BETWEEN_TRIES: BackoffPolicy = { initial: 200, factor: 2, max: 2000, jitter: 0.5 };
const OPEN_FOR: BackoffPolicy = { initial: 1000, factor: 2, max: 5000, jitter: 0.3 };

export interface CallPolicySettings {
  /** Further tries of a call. */
  readonly retries: number;
  /** Failures in a row that open the breaker. */
  readonly threshold: number;
  readonly callsPerSecond: number;
  readonly onBreaker: (state: BreakerState) => void;
  readonly clock: Clock;
}

const mayPass = (error: unknown): boolean => error instanceof AxionError && error.retryable;

/** How calls to the control plane are made: at a rate, behind one breaker, and again where that can help. Outlives sessions. */
export class CallPolicy {
  readonly #settings: CallPolicySettings;
  readonly #breaker: CircuitBreaker;
  readonly #rate: CallRate;

  constructor(settings: CallPolicySettings) {
    this.#settings = settings;
    this.#rate = new CallRate(settings.callsPerSecond, settings.clock);
    this.#breaker = new CircuitBreaker({
      name: 'the control plane',
      threshold: settings.threshold,
      openFor: OPEN_FOR,
      isFailure: mayPass,
      onChange: settings.onBreaker,
    });
  }

  /** Rejects with what the last try rejected with; with reason `CIRCUIT_OPEN` without a call. */
  async run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { retries, clock } = this.#settings;
    for (let tries = 0; ; tries += 1) {
      await this.#rate.turn(signal);
      try {
        return await this.#breaker.run(call);
      } catch (error) {
        const again = mayPass(error) && (error as AxionError).reason !== 'CIRCUIT_OPEN' && tries < retries;
        if (!again || signal.aborted) throw error;
      }
      await clock.sleep(backoffDelay(BETWEEN_TRIES, tries), signal);
    }
  }
}
