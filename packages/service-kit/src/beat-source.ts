import type { HealthBeat } from '@axion/contracts';
import type { HealthReporter } from './health-reporter.ts';

/** Whose beats they are. */
export interface BeatOrigin {
  readonly component: string;
  readonly instance: string;
  readonly version: string;
}

/** A component's health in the form in which it goes over the bus; what the bus' presence takes. */
export interface BeatSource {
  beat(): HealthBeat;
  onChange(listener: () => void): () => void;
}

/** Joins what the component knows of its health with what this process is. */
export const beatSource = (health: HealthReporter, { component, instance, version }: BeatOrigin): BeatSource => {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  return {
    beat: () => ({ component, instance, version, pid: process.pid, started_at: startedAt, ...health.snapshot() }),
    onChange: (listener) => health.onChange(() => listener()),
  };
};
