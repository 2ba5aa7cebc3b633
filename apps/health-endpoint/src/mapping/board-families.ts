import type { AgentHealth } from './agent-health.ts';
import { gaugeFamily } from './metric-family.ts';
import type { MetricFamily } from './metric-family.ts';

const LEVEL = { healthy: 1, degraded: 0.5, unhealthy: 0 } as const;

/** The health board as series, so that an alert needs no second probe. Components that are switched off have none. */
export const boardFamilies = (health: AgentHealth): MetricFamily[] => {
  const components = Object.entries(health.components).filter(([, { status }]) => status !== 'disabled');
  return [
    gaugeFamily('agent_health_status', 'Health of the whole agent: 1 healthy, 0.5 degraded, 0 unhealthy.', [{ value: LEVEL[health.status] }]),
    gaugeFamily(
      'agent_component_health_status',
      'Health of a component: 1 healthy, 0.5 degraded, 0 unhealthy or unknown.',
      components.map(([component, { status }]) => ({ labels: { component }, value: status === 'healthy' ? 1 : status === 'degraded' ? 0.5 : 0 })),
    ),
    gaugeFamily(
      'agent_build_info',
      'The version of each component that runs; always 1.',
      components.flatMap(([component, { instances = [] }]) => [...new Set(instances.map(({ version }) => version))].map((version) => ({ labels: { component, version }, value: 1 }))),
    ),
  ];
};
