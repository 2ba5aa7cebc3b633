import { Counter, Histogram } from '@axion/service-kit';
import type { Registry } from '@axion/service-kit';
import type { SamplerParts } from './sampler.ts';

/** From a small host's pass to one over thousands of containers; seconds. */
const PASS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What the sampler measures of its own work. */
export const samplerMetrics = (registry: Registry): SamplerParts['measures'] => {
  const registers = [registry];
  const duration = new Histogram({ name: 'agent_telemetry_collection_duration_seconds', help: 'How long a pass over the host took.', buckets: PASS_SECONDS, registers });
  const dropped = new Counter({ name: 'agent_telemetry_batches_dropped_total', help: 'Batches of samples that the bus did not take.', registers });
  return { passed: (seconds) => duration.observe(seconds), dropped: () => dropped.inc() };
};
