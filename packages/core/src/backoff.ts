/** How long to wait between attempts. All in milliseconds. */
export interface BackoffPolicy {
  readonly initial: number;
  readonly factor: number;
  readonly max: number;
  /** 0 none … 1 full: the delay is drawn from `[delay * (1 - jitter), delay]`. */
  readonly jitter: number;
}

/**
 * Delay before attempt `attempt + 1`, exponential with jitter, capped. `attempt` counts from 0.
 * Jitter keeps thousands of agents from coming back in step after an outage.
 */
export const backoffDelay = (policy: BackoffPolicy, attempt: number, random: () => number = Math.random): number => {
  const delay = Math.min(policy.max, policy.initial * policy.factor ** attempt);
  return delay * (1 - policy.jitter * random());
};
