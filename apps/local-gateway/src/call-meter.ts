import { AxionError } from '@axion/core';
import { Counter, Histogram } from '@axion/service-kit';
import type { Registry } from '@axion/service-kit';

/** Counts and times the calls that are served. */
export class CallMeter {
  readonly #calls: Counter<'method' | 'code'>;
  readonly #durations: Histogram<'method'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Counter({ name: 'agent_grpc_requests_total', help: 'gRPC calls served.', labelNames: ['method', 'code'], registers });
    this.#durations = new Histogram({ name: 'agent_grpc_request_duration_seconds', help: 'How long gRPC calls took.', labelNames: ['method'], buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers });
  }

  async measure<T>(method: string, work: () => Promise<T>): Promise<T> {
    const end = this.#durations.startTimer({ method });
    let code = 'OK';
    try {
      return await work();
    } catch (error) {
      code = error instanceof AxionError ? error.code : 'INTERNAL';
      throw error;
    } finally {
      end();
      this.#calls.inc({ method, code });
    }
  }
}
