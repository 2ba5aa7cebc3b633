import type { CallRecord } from '@axion/grpc-kit';
import { Counter, Histogram, type Registry } from '@axion/service-kit';

/** From a neighbour's answer to a deadline; seconds. */
const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The calls out: to the control plane, and as `AgentControl.*` to the scheduler. */
export class CallMetrics {
  readonly #requests: Counter<'method' | 'code'>;
  readonly #duration: Histogram<'method'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({ name: 'agent_grpc_requests_total', help: 'Calls to the control plane and the scheduler by their outcome.', labelNames: ['method', 'code'], registers });
    this.#duration = new Histogram({ name: 'agent_grpc_request_duration_seconds', help: 'How long calls to the control plane and the scheduler took.', labelNames: ['method'], buckets: CALL_SECONDS, registers });
  }

  called({ method, code, durationMs }: CallRecord): void {
    this.#requests.inc({ method, code });
    this.#duration.observe({ method }, durationMs / 1000);
  }
}
