import { HealthCheckResponse_ServingStatus, HealthDefinition } from '@axion/contracts/proto/grpc/health/v1/health';
import type { HealthCheckRequest, HealthCheckResponse } from '@axion/contracts/proto/grpc/health/v1/health';
import { AxionError } from '@axion/core';
import { serve, type ServedService } from './server.ts';

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

/** Whether a server takes calls. It does from the start; set it to false before it drains. */
export class ServingState {
  #serving = true;
  readonly #listeners = new Set<() => void>();

  get serving(): boolean {
    return this.#serving;
  }

  set serving(serving: boolean) {
    this.#serving = serving;
    for (const listener of this.#listeners) listener();
  }

  /** Resolves at the next change; rejects with the signal's reason. */
  async changed(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => reject(signal.reason as Error);
    this.#listeners.add(resolve);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#listeners.delete(resolve);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** `grpc.health.v1.Health` for the server as a whole and for each of `services`, full names. */
export const healthService = (services: readonly string[], state: ServingState): ServedService => {
  const statusOf = (service: string): HealthCheckResponse => ({ status: service !== '' && !services.includes(service) ? SERVICE_UNKNOWN : state.serving ? SERVING : NOT_SERVING });
  return serve(
    HealthDefinition,
    {
      check: ({ service }) => {
        const answer = statusOf(service);
        if (answer.status === SERVICE_UNKNOWN) throw new AxionError('NOT_FOUND', `this server has no service ${service.slice(0, 100)}`);
        return answer;
      },
    },
    {
      watch: async function* (requests, signal) {
        for await (const request of requests) {
          const { service } = request as HealthCheckRequest;
          for (;;) {
            yield statusOf(service);
            await state.changed(signal);
          }
        }
      },
    },
  );
};
