import type { CallRecord } from '@axion/grpc-kit';
import { Counter, Gauge, Histogram, type Registry } from '@axion/service-kit';

/** From a neighbour's answer to a deadline; seconds. */
const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What the link measures of itself. */
export class LinkMetrics {
  readonly #requests: Counter<'method' | 'code'>;
  readonly #duration: Histogram<'method'>;
  readonly #connected: Gauge;
  readonly #dropped: Counter;
  readonly #now: () => number;
  #answeredAt: number;

  /** @param now monotonic milliseconds */
  constructor(registry: Registry, now: () => number) {
    const registers = [registry];
    this.#now = now;
    this.#answeredAt = now();
    this.#requests = new Counter({ name: 'agent_grpc_requests_total', help: 'Calls to the control plane by their outcome.', labelNames: ['method', 'code'], registers });
    this.#duration = new Histogram({ name: 'agent_grpc_request_duration_seconds', help: 'How long calls to the control plane took.', labelNames: ['method'], buckets: CALL_SECONDS, registers });
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

  called({ method, code, durationMs }: CallRecord): void {
    this.#requests.inc({ method, code });
    this.#duration.observe({ method }, durationMs / 1000);
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
