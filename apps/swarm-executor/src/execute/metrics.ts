import { Counter, Histogram } from '@axion/service-kit';
import type { Registry } from '@axion/service-kit';

/** What the executor counts (the outer contract, section 5). */
export const executorMetrics = (registry: Registry) => {
  const operations = new Histogram({
    name: 'agent_docker_operations_duration_seconds',
    help: 'How long calls to the Docker Engine took.',
    labelNames: ['operation'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  const commands = new Counter({ name: 'agent_commands_total', help: 'Commands executed.', labelNames: ['type', 'outcome'], registers: [registry] });
  const failed = new Counter({ name: 'agent_commands_failed_total', help: 'Commands that ended as failed.', registers: [registry] });
  return {
    onEngineCall: (operation: string, seconds: number): void => operations.observe({ operation }, seconds),
    onCommandEnded: (type: string, ok: boolean): void => {
      commands.inc({ type, outcome: ok ? 'completed' : 'failed' });
      if (!ok) failed.inc();
    },
  };
};
