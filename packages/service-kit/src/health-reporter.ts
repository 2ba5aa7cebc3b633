import type { HealthBeat, HealthCheckState, HealthState } from '@axion/contracts';

export type LifecycleState = HealthBeat['lifecycle'];

/** The part of a health beat that the component itself knows. */
export type HealthSnapshot = Pick<HealthBeat, 'lifecycle' | 'status' | 'message' | 'since' | 'checks'>;

/** What a part of the component says about one thing it depends on. The same report twice is no change. */
export interface HealthCheck {
  healthy(message?: string, responseTimeMs?: number): void;
  degraded(message: string, responseTimeMs?: number): void;
  unhealthy(message: string, responseTimeMs?: number): void;
}

const SEVERITY: Readonly<Record<HealthState, number>> = { healthy: 0, degraded: 1, unhealthy: 2 };

/**
 * The health of a component: its checks and the worst of them.
 *
 * Invariants: `since` changes with the status alone; listeners hear a change of lifecycle, status or message once, after
 * it is visible in `snapshot()`, and never a repetition.
 */
export class HealthReporter {
  readonly #now: () => number;
  readonly #clean: (message: string) => string;
  readonly #checks = new Map<string, HealthCheckState>();
  readonly #listeners = new Set<(snapshot: HealthSnapshot) => void>();
  #lifecycle: LifecycleState = 'starting';
  #status: HealthState = 'healthy';
  #since: string;

  /** @param clean takes out of a message what must not be shown: brokers and peers may quote what they refuse */
  constructor(now: () => number = Date.now, clean: (message: string) => string = (message) => message) {
    this.#now = now;
    this.#clean = clean;
    this.#since = this.#timestamp();
  }

  /** Adds a check, or returns the handle of the one by that name. A new check is degraded until its first report. */
  check(name: string): HealthCheck {
    if (!this.#checks.has(name)) this.#report(name, 'degraded', 'not checked yet');
    return {
      healthy: (message = 'ok', responseTimeMs) => this.#report(name, 'healthy', message, responseTimeMs),
      degraded: (message, responseTimeMs) => this.#report(name, 'degraded', message, responseTimeMs),
      unhealthy: (message, responseTimeMs) => this.#report(name, 'unhealthy', message, responseTimeMs),
    };
  }

  get lifecycle(): LifecycleState {
    return this.#lifecycle;
  }

  /** For the lifecycle alone. */
  enter(lifecycle: LifecycleState): void {
    if (lifecycle === this.#lifecycle) return;
    this.#lifecycle = lifecycle;
    this.#changed();
  }

  snapshot(): HealthSnapshot {
    const checks = [...this.#checks.values()];
    const worst = checks.filter((check) => check.status === this.#status && check.status !== 'healthy');
    return {
      lifecycle: this.#lifecycle,
      status: this.#status,
      message: worst.map((check) => `${check.name}: ${check.message}`).join('; ') || this.#lifecycle,
      since: this.#since,
      checks,
    };
  }

  /** Calls `listener` on every change; returns what takes it off again. */
  onChange(listener: (snapshot: HealthSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #report(name: string, status: HealthState, given: string, responseTimeMs?: number): void {
    const message = this.#clean(given);
    const before = this.#checks.get(name);
    const since = before?.status === status ? before.since : this.#timestamp();
    this.#checks.set(name, { name, status, message, since, ...(responseTimeMs === undefined ? {} : { response_time_ms: responseTimeMs }) });
    const worst = [...this.#checks.values()].reduce<HealthState>((a, b) => (SEVERITY[b.status] > SEVERITY[a] ? b.status : a), 'healthy');
    if (worst !== this.#status) {
      this.#status = worst;
      this.#since = this.#timestamp();
    }
    if (before?.status !== status || before.message !== message) this.#changed();
  }

  #changed(): void {
    const snapshot = this.snapshot();
    for (const listener of this.#listeners) listener(snapshot);
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}
