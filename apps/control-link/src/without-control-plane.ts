import { asAxionError, backoffDelay, type BackoffPolicy, type Clock } from '@axion/core';
import type { HealthCheck, Logger, Service } from '@axion/service-kit';
import type { IdentityBook } from './identity-book.ts';

const RETRY: BackoffPolicy = { initial: 200, factor: 2, max: 5000, jitter: 0.3 };

export interface AloneParts {
  readonly book: IdentityBook;
  readonly health: HealthCheck;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is left to do when the control plane is switched off: give the agent a name, for which the others wait. */
export class WithoutControlPlane implements Service {
  readonly name = 'identity';
  readonly #parts: AloneParts;

  constructor(parts: AloneParts) {
    this.#parts = parts;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { book, health, clock, log } = this.#parts;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const identity = await book.alone();
        log.info({ agent_id: identity.agent_id }, 'the control plane is disabled');
        health.healthy('disabled');
        return;
      } catch (error) {
        log.debug({ err: asAxionError(error) }, 'the identity could not be written yet');
      }
      await clock.sleep(backoffDelay(RETRY, attempt), signal);
    }
  }

  async stop(): Promise<void> {}
}
