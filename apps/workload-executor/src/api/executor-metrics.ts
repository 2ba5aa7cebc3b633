import { Counter, Gauge, Histogram } from '@axion/service-kit';
import type { Registry } from '@axion/service-kit';
import { actualState } from '../plan/actual-state.ts';
import type { Sightings } from '../keep/reconciler.ts';
import type { WorkloadRecord } from '../workload/record.ts';

/** What the executor counts (the outer contract, section 5). */
export const executorMetrics = (registry: Registry) => {
  const registers = [registry];
  const operations = new Histogram({
    name: 'agent_docker_operations_duration_seconds',
    help: 'How long calls to the Docker Engine took.',
    labelNames: ['operation'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const commands = new Counter({ name: 'agent_commands_total', help: 'Commands executed.', labelNames: ['type', 'outcome'], registers });
  const failed = new Counter({ name: 'agent_commands_failed_total', help: 'Commands that ended as failed.', registers });
  const passes = new Histogram({ name: 'agent_reconcile_duration_seconds', help: 'How long a pass of the reconciler took.', buckets: [0.01, 0.05, 0.2, 1, 5, 30], registers });
  const workloads = new Gauge({ name: 'agent_workloads', help: 'Workloads by type and state.', labelNames: ['type', 'state'], registers });
  const orphans = new Gauge({ name: 'agent_workload_orphans', help: 'Workloads on the runtimes that nobody asked for.', registers });
  return {
    onEngineCall: (operation: string, seconds: number): void => operations.observe({ operation }, seconds),
    onCommandEnded: (type: string, ok: boolean): void => {
      commands.inc({ type, outcome: ok ? 'completed' : 'failed' });
      if (!ok) failed.inc();
    },
    onPass: (seconds: number, records: readonly WorkloadRecord[], seen: Sightings, orphaned: number): void => {
      passes.observe(seconds);
      workloads.reset();
      for (const record of records) workloads.inc({ type: record.type, state: actualState(record, seen.get(record.id)).state });
      orphans.set(orphaned);
    },
  };
};
