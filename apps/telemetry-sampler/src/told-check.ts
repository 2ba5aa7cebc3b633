import type { HealthCheck } from './sampler.ts';

/** The part of the log that is needed here. */
interface CheckLog {
  info(message: string): void;
  warn(message: string): void;
}

/** A check that also tells the log, once for each change: whoever reads the log later sees when something was wrong and when it ended. */
export const toldCheck = (name: string, check: HealthCheck, log: CheckLog): HealthCheck => {
  let problem: string | undefined;
  return {
    healthy: (message) => {
      if (problem !== undefined) log.info(`${name} is healthy again`);
      problem = undefined;
      check.healthy(message);
    },
    degraded: (message) => {
      if (problem !== message) log.warn(`${name} is degraded: ${message}`);
      problem = message;
      check.degraded(message);
    },
  };
};
