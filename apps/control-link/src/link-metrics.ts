import { Counter, Gauge, type Registry } from '@axion/service-kit';

/** What the link to the control plane measures of itself. */
export class LinkMetrics {
  readonly #connected: Gauge;
  readonly #dropped: Counter;
  readonly #now: () => number;
  #answeredAt: number;

  /** @param now monotonic milliseconds */
  constructor(registry: Registry, now: () => number) {
    const registers = [registry];
    this.#now = now;
    this.#answeredAt = now();
    this.#connected = new Gauge({ name: 'agent_grpc_connection_status', help: '1 while the control plane answers, else 0.', registers });
    this.#dropped = new Counter({ name: 'agent_telemetry_samples_dropped_total', help: 'Passes that never reached the control plane: dropped from the full buffer, or refused.', registers });
    const lag = (): number => (this.#now() - this.#answeredAt) / 1000;
    registry.registerMetric(
      new Gauge({
        name: 'agent_heartbeat_lag_seconds',
        help: 'Seconds since the control plane last answered a heartbeat; since the start before the first.',
        registers: [],
        collect() {
          this.set(lag());
        },
      }),
    );
  }

  connected(is: boolean): void {
    this.#connected.set(is ? 1 : 0);
  }

  heartbeatAnswered(): void {
    this.#answeredAt = this.#now();
  }

  dropped(passes: number): void {
    this.#dropped.inc(passes);
  }
}
