import type { EngineServiceSpec } from '@axion/compose';
import { AxionError } from '@axion/core';
import type { Engine, Service } from '@axion/docker-engine';

/** So often a service may move under our hands; Swarm itself moves it when an update of before completes. */
const TRIES = 8;

/**
 * Changes a service as it stands now. Swarm refuses a change that is based on an older version; then the service is looked
 * at again and the change made to that.
 */
export const changeService = async (engine: Pick<Engine, 'services'>, service: Service, change: (now: Service) => EngineServiceSpec, signal: AbortSignal): Promise<void> => {
  let now = service;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.services.update(now, change(now), undefined, signal);
      return;
    } catch (error) {
      if (!(error instanceof AxionError) || error.reason !== 'UPDATE_OUT_OF_SEQUENCE' || attempt === TRIES) throw error;
      now = await engine.services.inspect(service.id, signal);
    }
  }
};
