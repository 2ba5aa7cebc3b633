export type HealthState = 'healthy' | 'degraded' | 'unhealthy';

/** One thing a component watches about itself. */
export interface HealthCheckState {
  readonly name: string;
  readonly status: HealthState;
  readonly message: string;
  /** Since when it has this status, RFC 3339 UTC. */
  readonly since: string;
  readonly response_time_ms?: number;
}

/** What a component says of itself on `axion.health.<component>.<instance>`: every 5 s and on change. */
export interface HealthBeat {
  readonly component: string;
  readonly instance: string;
  readonly version: string;
  readonly pid: number;
  readonly lifecycle: 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';
  readonly status: HealthState;
  readonly message: string;
  readonly since: string;
  readonly started_at: string;
  readonly checks: readonly HealthCheckState[];
}
