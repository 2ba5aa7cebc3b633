import { asAxionError } from '@axion/core';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';

/** `HealthCheck`: whether this executor and its engine can do their work. An engine that is away is an answer, no failure. */
export const healthCheck: Handler = async ({ engine, clock }, run) => {
  const began = clock.monotonic();
  const elapsed = (): number => Math.round(clock.monotonic() - began);
  try {
    const { swarm, engineVersion, cpus, memoryBytes } = await engine.swarm.assertManager(run.handBack);
    return done({ status: 'healthy', message: `engine ${engineVersion} answers and manages its swarm`, engine: { version: engineVersion, response_time_ms: elapsed(), cpus, memory_bytes: memoryBytes, swarm } });
  } catch (error) {
    run.handBack.throwIfAborted();
    const report = asAxionError(error).toJSON();
    return done({ status: 'unhealthy', message: report.message, error: report, engine: { response_time_ms: elapsed() } });
  }
};
